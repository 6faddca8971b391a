from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from core.database import WriteSession
from core.errors import Conflict, Invalid, NotFound, Refused
from models import Event, Grant, Indicator, Need, NeedCreate, NeedRevision, Requirement
from models.access import CARD, Viewer, viewer_of
from models.enums import DisclosureLevel, NeedStatus, SubjectKind
from models.file import Attachment
from tests.workflow.society import Society, found_society
from workflow.needs import archive_need, get_need, list_needs, restore_need, revise_need, show_need, submit_need
from workflow.triage import open_questions, similar_needs, triage_need

NEED: dict[str, Any] = {
    "title": "高速轴承润滑脂高温失效",
    "public_title": "一种机械部件的润滑问题",
    "problem": "主轴轴承在高温下润滑脂流失，寿命不足，目前无法连续运行。需要耐高温的润滑方案。",
    "indicators": "工作温度≥180℃；寿命不低于2000小时；禁止使用含铅添加剂",
    "goal": "替代进口",
    "keywords": ["轴承", "润滑脂"],
    "budget_from": 50_000_000,
    "budget_to": 80_000_000,
    "period_months": 18,
    "preferred_partner": "某大学摩擦学团队",
    "technical_field": "manufacturing",
    "industry": "C34",
    "deadline": date(2027, 6, 30),
}


def form(**changes: Any) -> NeedCreate:
    return NeedCreate.model_validate(NEED | changes)


@pytest.fixture
def society(session: WriteSession, now: datetime) -> Society:
    return found_society(session, now)


@pytest.fixture
def need(session: WriteSession, society: Society, now: datetime) -> Need:
    return submit_need(session, society.member, form(), organisation=society.enterprise.public_id, now=now)


def test_an_enterprise_submits_its_own_need_and_is_its_contact(
    session: WriteSession, society: Society, need: Need
) -> None:
    shown = show_need(session, society.member, need.public_id)

    assert (shown.status, shown.revision, shown.organisation_name) == (NeedStatus.SUBMITTED, 1, "示例轴承厂")
    assert shown.contact_name == "需方甲"
    assert shown.budget_from == NEED["budget_from"]


@pytest.mark.parametrize("role", ["visitor", "other_member", "supplier", "auditor", "admin"])
def test_nobody_else_submits_for_an_enterprise(
    session: WriteSession, society: Society, now: datetime, role: str
) -> None:
    with pytest.raises((Refused, NotFound)):
        submit_need(session, getattr(society, role), form(), organisation=society.enterprise.public_id, now=now)


def test_a_deadline_is_today_or_later_and_one_that_passed_since_stays(
    session: WriteSession, society: Society, now: datetime
) -> None:
    place, today = society.enterprise.public_id, date(2026, 3, 2)
    for deadline in (today - timedelta(days=1), date(2020, 1, 1)):
        with pytest.raises(Invalid) as refused:
            submit_need(session, society.member, form(deadline=deadline), organisation=place, now=now)
        assert [problem.field for problem in refused.value.problems] == ["deadline"]
    need = submit_need(session, society.member, form(deadline=today), organisation=place, now=now)
    later = now + timedelta(days=30)
    changed = form(deadline=today, title="改过的标题")
    revise_need(session, society.member, need.public_id, changed, now=later)
    assert show_need(session, society.member, need.public_id).title == "改过的标题"
    with pytest.raises(Invalid):
        revise_need(session, society.member, need.public_id, form(deadline=today + timedelta(days=1)), now=later)


def test_staff_submit_for_an_enterprise_into_their_branch(
    session: WriteSession, society: Society, now: datetime
) -> None:
    need = submit_need(session, society.staff, form(), organisation=society.enterprise.public_id, now=now)

    assert need.branch_id == society.branch.id


@pytest.mark.parametrize("field", ["technical_field", "industry"])
def test_a_code_that_no_taxonomy_has_is_named(
    session: WriteSession, society: Society, now: datetime, field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        submit_need(session, society.member, form(**{field: "X99"}), organisation=society.enterprise.public_id, now=now)

    assert [(problem.field, problem.code) for problem in caught.value.problems] == [(field, "field.unknown_code")]


def test_a_revision_leaves_the_earlier_text_as_it_was(
    session: WriteSession, society: Society, need: Need, now: datetime
) -> None:
    later = now + timedelta(days=1)

    revise_need(session, society.member, need.public_id, form(title="改过的标题"), now=later, version=need.version)

    first, second = session.exec(select(NeedRevision).order_by(col(NeedRevision.number))).all()
    assert (first.title, first.valid_from, first.valid_to) == (NEED["title"], now, later)
    assert (second.title, second.valid_to, second.author_id) == ("改过的标题", None, society.member.person_id)


def test_the_same_text_again_makes_no_revision(
    session: WriteSession, society: Society, need: Need, now: datetime
) -> None:
    revise_need(session, society.member, need.public_id, form(), now=now)

    assert show_need(session, society.member, need.public_id).revision == 1


def test_a_form_filled_in_before_somebody_else_saved_is_refused(
    session: WriteSession, society: Society, need: Need, now: datetime
) -> None:
    seen = need.version
    revise_need(session, society.member, need.public_id, form(title="先保存的"), now=now, version=seen)

    with pytest.raises(Conflict, match=r"conflict\.changed_meanwhile"):
        revise_need(session, society.member, need.public_id, form(title="后保存的"), now=now, version=seen)


def test_focusing_drafts_requirements_indicators_and_clarity(
    session: WriteSession, society: Society, need: Need, now: datetime
) -> None:
    triage_need(session, society.lead, need.public_id, now=now)

    shown = show_need(session, society.lead, need.public_id)
    assert (shown.status, shown.clarity_kind) == (NeedStatus.FOCUSED, "clear")
    assert shown.clarity is not None
    assert 0.5 < shown.clarity <= 1
    by_text = {requirement.text: requirement for requirement in shown.requirements}
    assert by_text["禁止使用含铅添加剂"].kind == "exclude"
    warm = by_text["工作温度≥180℃"]
    assert (warm.kind, warm.field) == ("must", "indicators")
    assert [(i.low, i.high, i.name) for i in warm.indicators] == [(180, None, "工作温度")]


def test_focusing_twice_drafts_the_same_and_tells_it_once(
    session: WriteSession, society: Society, need: Need, now: datetime
) -> None:
    triage_need(session, society.lead, need.public_id, now=now)
    once = show_need(session, society.lead, need.public_id).requirements

    triage_need(session, society.lead, need.public_id, now=now)

    assert show_need(session, society.lead, need.public_id).requirements == once
    codes = session.exec(select(Event.code).where(Event.subject_id == need.key)).all()
    assert sorted(codes) == ["need.focused", "need.submitted"]


def test_a_revised_focused_need_has_the_requirements_of_its_new_text(
    session: WriteSession, society: Society, need: Need, now: datetime
) -> None:
    triage_need(session, society.lead, need.public_id, now=now)

    revise_need(session, society.lead, need.public_id, form(indicators="转速≥30000 r/min"), now=now)

    texts = [requirement.text for requirement in show_need(session, society.lead, need.public_id).requirements]
    assert "转速≥30000 r/min" in texts
    assert "工作温度≥180℃" not in texts
    old = session.exec(select(Requirement.id).join(Indicator)).all()
    assert len(old) > 1, "the earlier revision keeps its own"


def test_only_who_curates_a_need_focuses_it(session: WriteSession, society: Society, need: Need, now: datetime) -> None:
    for viewer in (society.member, society.staff):
        with pytest.raises(Refused):
            triage_need(session, viewer, need.public_id, now=now)
    with pytest.raises(NotFound):
        triage_need(session, society.supplier, need.public_id, now=now)


def test_an_archived_need_is_seen_by_its_owner_and_the_society_only_and_comes_back(
    session: WriteSession, society: Society, need: Need, now: datetime
) -> None:
    triage_need(session, society.lead, need.public_id, now=now)
    archive_need(session, society.lead, need.public_id, now=now)

    with pytest.raises(NotFound):
        show_need(session, society.supplier, need.public_id)
    assert show_need(session, society.member, need.public_id).archived
    with pytest.raises(Conflict, match=r"need\.archived"):
        revise_need(session, society.member, need.public_id, form(title="不行"), now=now)

    restore_need(session, society.member, need.public_id, now=now)
    assert show_need(session, society.supplier, need.public_id).level == CARD


def test_what_is_still_open_is_asked_of_who_sees_the_need_in_full(
    session: WriteSession, society: Society, now: datetime
) -> None:
    bare = NeedCreate(title="新技术开发")
    need = submit_need(session, society.member, bare, organisation=society.enterprise.public_id, now=now)

    asked = [missing.question.value for missing in open_questions(session, society.member, need.public_id)]

    assert {"no_problem", "no_indicators", "title_too_general", "no_budget"} <= set(asked)
    with pytest.raises(NotFound):
        open_questions(session, society.staff, need.public_id)


def test_nobody_is_asked_for_files_once_there_are_some(
    session: WriteSession, society: Society, need: Need, now: datetime
) -> None:
    def is_asked() -> bool:
        missing = open_questions(session, society.member, need.public_id)
        return "no_attachments" in {one.question.value for one in missing}

    assert is_asked()
    file = Attachment(subject_kind=SubjectKind.NEED, subject_id=need.key, disclosure=2)
    session.add(file)
    session.flush()
    assert not is_asked()
    file.withdrawn_at = now
    session.flush()
    assert is_asked()


def test_needs_are_like_each_other_by_what_the_viewer_may_read_only(
    session: WriteSession, society: Society, need: Need, now: datetime
) -> None:
    place = society.other_enterprise.public_id
    twin = submit_need(session, society.other_member, form(title="轴承高温润滑脂失效"), organisation=place, now=now)
    other = {"title": "废水脱盐", "problem": "含盐废水结晶", "indicators": "", "keywords": []}
    submit_need(session, society.other_member, form(**other), organisation=place, now=now)

    for_lead = similar_needs(session, society.lead, need.public_id)

    assert [found.need.public_id for found in for_lead] == [twin.public_id]
    assert 0.5 < for_lead[0].similarity <= 1
    assert similar_needs(session, society.member, need.public_id) == []


def test_a_grant_opens_one_need_to_one_person_until_it_ends(
    session: WriteSession, society: Society, need: Need, now: datetime
) -> None:
    person = society.supplier.person_id
    assert person is not None
    session.add(
        Grant(
            object_kind=SubjectKind.NEED,
            object_id=need.key,
            level=DisclosureLevel.SUMMARY,
            person_id=person,
            granted_by_id=person,
            granted_at=now,
            valid_to=now + timedelta(days=1),
        )
    )
    session.flush()

    assert get_need(session, society.supplier, need.public_id).level == DisclosureLevel.SUMMARY
    after: Viewer = viewer_of(session, person, now + timedelta(days=1))
    with pytest.raises(NotFound):
        get_need(session, after, need.public_id)


def test_a_list_is_ordered_paged_and_counted(session: WriteSession, society: Society, now: datetime) -> None:
    for day in range(5):
        submit_need(
            session,
            society.member,
            form(title=f"需求 {day}"),
            organisation=society.enterprise.public_id,
            now=now + timedelta(days=day),
        )

    page = list_needs(session, society.member, page=2, size=2)

    assert [found.title for found in page.items] == ["需求 2", "需求 1"]
    assert (page.total, page.pages) == (5, 3)
    assert list_needs(session, society.member, page=99, size=2).number == 3
