"""Contact data typed into a need are masked for everybody who does not read it in full, wherever it is shown."""

from datetime import datetime

import pytest

from catalog.demand.needs import NeedFilter
from core.database import WriteSession
from core.language.clauses import RequirementKind
from models import Need, NeedCreate
from models.access import Viewer
from models.enums import DisclosureLevel
from models.requirement import QuotedField, RequirementEdit
from tests.workflow.society import Society, found_society
from workflow.needs import list_needs, show_need, submit_need
from workflow.requirements.editing import edit_requirements
from workflow.triage import triage_need

SECRETS = ("任工", "13800001234", "ren@example.org", "rgk123")
PROBLEM = (
    "模具寿命不少于5000件，表面硬度由任工13800001234确认在55HRC以上。联系人任工，邮箱ren@example.org，微信rgk123。"
)


@pytest.fixture
def society(session: WriteSession, now: datetime) -> Society:
    return found_society(session, now)


@pytest.fixture
def need(session: WriteSession, society: Society, now: datetime) -> Need:
    form = NeedCreate(
        title="模具寿命提升（联系13800001234）",
        problem=PROBLEM,
        goal="请联系任工",
        keywords=["模具", "电话13800001234"],
        disclosure=DisclosureLevel.SUMMARY,
    )
    need = submit_need(session, society.staff, form, organisation=society.enterprise.public_id, now=now)
    triage_need(session, society.staff, need.public_id, now=now)
    return need


def test_below_the_full_view_whom_to_call_is_masked_and_every_other_character_stays(
    session: WriteSession, society: Society, need: Need
) -> None:
    told, full = (show_need(session, reader, need.public_id) for reader in (society.supplier, society.member))
    assert not any(secret in told.model_dump_json() for secret in SECRETS)
    assert len(told.problem) == len(PROBLEM)
    assert "模具寿命不少于5000件" in told.problem
    assert told.title == "模具寿命提升（联系***********）"
    assert full.problem == PROBLEM
    assert full.requirements[0].text == "模具寿命不少于5000件"


def test_requirements_quote_what_the_reader_may_read(
    session: WriteSession, society: Society, need: Need, now: datetime
) -> None:
    own = RequirementEdit(kind=RequirementKind.MUST, wording="样件寄给任工，电话13800001234", confirmed=True)
    quoted = RequirementEdit(kind=RequirementKind.MUST, field=QuotedField.PROBLEM, start=0, end=len(PROBLEM))
    edit_requirements(session, society.staff, need.public_id, [own, quoted], now=now)
    told = show_need(session, society.supplier, need.public_id).requirements
    assert told[0].text == "样件寄给**，电话***********"
    assert told[1].quote == show_need(session, society.supplier, need.public_id).problem
    assert show_need(session, society.staff, need.public_id).requirements[0].text == own.wording


def test_a_line_of_contact_data_alone_is_not_drafted(session: WriteSession, society: Society, need: Need) -> None:
    drafted = show_need(session, society.staff, need.public_id).requirements
    assert not any("邮箱" in one.text or "联系人" in one.text for one in drafted)


@pytest.mark.parametrize(("words", "whose"), [("1380000", "member"), ("1380000", "supplier"), ("5000件", "supplier")])
def test_no_search_finds_a_need_by_a_number_that_is_masked(
    session: WriteSession, society: Society, need: Need, words: str, whose: str
) -> None:
    reader: Viewer = getattr(society, whose)
    found = list_needs(session, reader, NeedFilter(query=words))
    assert found.total == (0 if (words, whose) == ("1380000", "supplier") else 1)
