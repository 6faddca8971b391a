"""An erased revision of a need leaves no word of it behind."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import select

from core.database import WriteSession
from core.errors import Conflict, NotFound, Refused
from core.language.clauses import RequirementKind
from models import Event, NeedCreate, NeedRevision, RequirementEdit
from tests.workflow.society import Society, found_society
from workflow.erasing import erase_need_revision
from workflow.needs import revise_need, submit_need
from workflow.requirements import requirements_for_matching
from workflow.requirements.editing import edit_requirements
from workflow.revisions import need_revisions
from workflow.triage import triage_need

SECRET = "绝密"
TABLES = ("needrevision", "requirement", "indicator", "event")


@pytest.fixture
def society(session: WriteSession, now: datetime) -> Society:
    return found_society(session, now)


@pytest.fixture
def need(session: WriteSession, society: Society, now: datetime) -> str:
    """A need whose first revision, with what people wrote about it, holds a secret."""
    form = NeedCreate(
        title=f"{SECRET}标题",
        problem=f"{SECRET}涂层厚度不低于3 mm",
        keywords=[f"{SECRET}词"],
        budget_from=123,
        excluded_names=[f"{SECRET}公司"],
    )
    need = submit_need(session, society.staff, form, organisation=society.enterprise.public_id, now=now)
    triage_need(session, society.staff, need.public_id, now=now)
    own = [RequirementEdit(kind=RequirementKind.MUST, wording=f"{SECRET}指标不低于99%")]
    edit_requirements(session, society.staff, need.public_id, own, now=now)
    edit_requirements(session, society.staff, need.public_id, [], now=now)
    revise_need(session, society.staff, need.public_id, NeedCreate(title="新的标题"), now=now + timedelta(days=1))
    return need.public_id


def words_left(session: WriteSession) -> list[str]:
    session.flush()
    rows = [row for name in TABLES for row in session.execute(text(f"SELECT * FROM {name}"))]
    return [str(row) for row in rows if SECRET in str(row) or "\\u7edd" in str(row)]


def test_no_table_holds_a_word_of_an_erased_revision(
    session: WriteSession, society: Society, need: str, now: datetime
) -> None:
    assert words_left(session)

    erased = erase_need_revision(session, society.staff, need, 1, now=now)

    assert words_left(session) == []
    assert (erased.budget_from, erased.erased_at) == (None, now)
    assert [asked.text for asked in requirements_for_matching(session, erased)] == []
    assert [revision.number for revision in need_revisions(session, erased.need_id)] == [2]
    assert session.exec(select(Event.params).where(Event.code == "need.revision_erased")).one() == {"number": 1}


def test_what_holds_is_not_erased_and_twice_changes_nothing(
    session: WriteSession, society: Society, need: str, now: datetime
) -> None:
    with pytest.raises(Conflict, match=r"need\.revision_holds"):
        erase_need_revision(session, society.staff, need, 2, now=now)
    with pytest.raises(NotFound, match=r"need\.no_revision"):
        erase_need_revision(session, society.staff, need, 3, now=now)

    erase_need_revision(session, society.staff, need, 1, now=now)
    erase_need_revision(session, society.staff, need, 1, now=now + timedelta(days=9))

    assert session.exec(select(NeedRevision.erased_at).where(NeedRevision.number == 1)).one() == now


@pytest.mark.parametrize("role", ["visitor", "member", "other_member", "supplier", "other_staff", "auditor"])
def test_only_who_curates_a_need_erases_what_it_said(
    session: WriteSession, society: Society, need: str, now: datetime, role: str
) -> None:
    with pytest.raises((Refused, NotFound)):
        erase_need_revision(session, getattr(society, role), need, 1, now=now)
