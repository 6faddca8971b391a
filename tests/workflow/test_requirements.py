"""What people decide about a need's requirements, and what becomes of it when the text changes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from catalog.demand.clarity import Question
from catalog.demand.needs import current_need_revision, requirements_of
from core.database import WriteSession
from core.errors import AppError, Conflict, Invalid, NotFound, Refused
from core.language.clauses import RequirementKind
from models import Event, Need, NeedCreate, Requirement, RequirementEdit, RequirementPublic
from models.enums import Origin
from tests.workflow.society import Society, found_society
from workflow.needs import archive_need, revise_need, show_need, submit_need
from workflow.requirements import requirements_for_matching
from workflow.requirements.editing import confirm_requirements, edit_requirements
from workflow.triage import open_questions, triage_need

MUST, SHOULD, EXCLUDE = RequirementKind.MUST, RequirementKind.SHOULD, RequirementKind.EXCLUDE
PROBLEM = "希望润滑脂不在高温下失效。禁止使用含铅添加剂。希望尽快供样"
INDICATORS = "工作温度≥180℃；使用寿命不低于2000小时"


@pytest.fixture
def society(session: WriteSession, now: datetime) -> Society:
    return found_society(session, now)


@pytest.fixture
def need(session: WriteSession, society: Society, now: datetime) -> Need:
    """A focused need with five drafted requirements."""
    need = submit_need(session, society.member, form(), organisation=society.enterprise.public_id, now=now)
    triage_need(session, society.lead, need.public_id, now=now)
    return need


def form(**changes: Any) -> NeedCreate:
    text: dict[str, Any] = {"title": "高温润滑脂", "problem": PROBLEM, "indicators": INDICATORS}
    return NeedCreate.model_validate(text | changes)


def lines(session: WriteSession, society: Society, need: Need) -> list[RequirementPublic]:
    return show_need(session, society.member, need.public_id).requirements


def as_read(shown: list[RequirementPublic]) -> list[RequirementEdit]:
    """The list as somebody hands it back who changed nothing."""
    return [
        RequirementEdit(
            number=line.number,
            kind=line.kind,
            wording="" if line.text == line.quote else line.text,
            confirmed=line.confirmed,
        )
        for line in shown
    ]


def texts(shown: list[RequirementPublic]) -> list[str]:
    return [line.text for line in shown]


def test_a_list_handed_back_as_it_was_changes_nothing(
    session: WriteSession, society: Society, need: Need, now: datetime
) -> None:
    before, version = lines(session, society, need), need.version

    edit_requirements(session, society.member, need.public_id, as_read(before), now=now, version=version)

    assert lines(session, society, need) == before
    assert need.version == version


def test_kind_wording_order_and_what_is_there_can_be_changed_at_once(
    session: WriteSession, society: Society, need: Need, now: datetime
) -> None:
    first, second, *rest = as_read(lines(session, society, need))
    first.kind, second.wording = MUST, "不含铅，铅含量低于10 ppm"
    added = RequirementEdit(kind=MUST, wording="供样周期不超过30天")

    edit_requirements(session, society.member, need.public_id, [second, added, *rest[1:], first], now=now)

    shown = lines(session, society, need)
    assert texts(shown)[:2] == ["不含铅，铅含量低于10 ppm", "供样周期不超过30天"]
    assert (shown[-1].kind, shown[-1].text) == (MUST, "希望润滑脂不在高温下失效")
    assert [line.number for line in shown] == list(range(1, 6))
    assert (shown[0].quote, shown[0].origin) == ("禁止使用含铅添加剂", Origin.ASKER)
    assert "希望尽快供样" not in texts(shown)
    [figure] = shown[1].indicators
    assert (figure.high, figure.text) == (30, "不超过30天")
    event = session.exec(select(Event).where(Event.code == "need.requirements_edited")).one()
    assert event.params == {"added": 1, "changed": 2, "removed": 1, "confirmed": 0}


def test_words_that_stand_in_the_text_are_quoted_and_not_copied(
    session: WriteSession, society: Society, need: Need, now: datetime
) -> None:
    edits = [*as_read(lines(session, society, need)), RequirementEdit(kind=MUST, wording="高温下失效")]

    edit_requirements(session, society.lead, need.public_id, edits, now=now)

    added = lines(session, society, need)[-1]
    assert (added.field, added.quote, added.text) == ("problem", "高温下失效", "高温下失效")
    assert not session.exec(select(Requirement).where(col(Requirement.wording) != "")).all()


def test_a_span_of_a_field_can_be_given_and_must_lie_in_it(
    session: WriteSession, society: Society, need: Need, now: datetime
) -> None:
    at = PROBLEM.index("含铅")
    span: dict[str, Any] = {"kind": EXCLUDE, "field": "problem", "start": at, "end": at + 2}

    edit_requirements(session, society.member, need.public_id, [RequirementEdit(**span)], now=now)

    assert texts(lines(session, society, need)) == ["含铅"]
    beyond = RequirementEdit(**(span | {"end": 1000}))
    with pytest.raises(Invalid) as caught:
        edit_requirements(session, society.member, need.public_id, [beyond], now=now)
    assert [(p.field, p.code) for p in caught.value.problems] == [("requirements.0.end", "requirement.outside")]


@pytest.mark.parametrize("number", [0, 6, 2])
def test_a_number_that_is_not_on_the_list_or_comes_twice_is_refused(
    session: WriteSession, society: Society, need: Need, now: datetime, number: int
) -> None:
    edits = [*as_read(lines(session, society, need))[:3], RequirementEdit(number=number, kind=MUST)]

    with pytest.raises(Invalid, match="invalid"):
        edit_requirements(session, society.member, need.public_id, edits, now=now)


def test_who_confirms_is_kept_and_a_change_by_somebody_else_needs_its_own_confirmation(
    session: WriteSession, society: Society, need: Need, now: datetime
) -> None:
    confirm_requirements(session, society.member, need.public_id, numbers=[2], now=now)
    [row] = session.exec(select(Requirement).where(col(Requirement.confirmed_at).is_not(None))).all()
    assert (row.confirmed_by_id, row.confirmed_at, row.origin) == (society.member.person_id, now, Origin.ENGINE)

    edits = as_read(lines(session, society, need))
    edits[1].kind, edits[1].confirmed = MUST, False
    edit_requirements(session, society.lead, need.public_id, edits, now=now + timedelta(hours=1))

    assert [line.confirmed for line in lines(session, society, need)] == [False] * 5
    codes = session.exec(select(Event.code).where(Event.subject_id == need.key).order_by(col(Event.id))).all()
    assert codes[-2:] == ["need.requirements_confirmed", "need.requirements_edited"]


def test_all_are_confirmed_at_once_and_the_matcher_reads_them_so(
    session: WriteSession, society: Society, need: Need, now: datetime
) -> None:
    confirm_requirements(session, society.member, need.public_id, now=now)

    asked = requirements_for_matching(session, current_need_revision(session, need.key))

    assert [(one.text, one.kind) for one in asked[1:3]] == [("禁止使用含铅添加剂", EXCLUDE), ("希望尽快供样", SHOULD)]
    assert all(one.confirmed for one in asked)


def test_what_a_row_says_is_never_changed_and_stays_readable(
    session: WriteSession, society: Society, need: Need, now: datetime
) -> None:
    before = {row.key: (row.kind, row.wording, row.confirmed_at) for row in session.exec(select(Requirement))}
    edits = as_read(lines(session, society, need))
    edits[0].kind, edits[1].confirmed = EXCLUDE, True

    edit_requirements(session, society.member, need.public_id, edits[:-1], now=now)

    rows = {row.key: row for row in session.exec(select(Requirement))}
    assert {key: (rows[key].kind, rows[key].wording, rows[key].confirmed_at) for key in before} == before
    assert sorted(rows[key].ended_at is not None for key in before) == [False, False, True, True, True]


def test_drafting_again_leaves_what_people_decided(
    session: WriteSession, society: Society, need: Need, now: datetime
) -> None:
    edits = as_read(lines(session, society, need))
    edits[1].confirmed, edits[3].wording = True, "工作温度180 ℃以上，短时200 ℃"
    edit_requirements(session, society.member, need.public_id, edits[1:], now=now)
    decided = lines(session, society, need)

    triage_need(session, society.lead, need.public_id, now=now)

    assert lines(session, society, need) == decided, "the first was taken out and is not drafted again"


def test_a_new_text_keeps_the_decisions_whose_words_still_stand(
    session: WriteSession, society: Society, need: Need, now: datetime
) -> None:
    edits = as_read(lines(session, society, need))
    edits[1].confirmed = True
    edits[4].kind = SHOULD
    edit_requirements(session, society.member, need.public_id, edits[1:], now=now)

    longer = form(problem=f"本厂生产轴承。{PROBLEM}", indicators=f"{INDICATORS}；滴点不低于260℃")
    revise_need(session, society.member, need.public_id, longer, now=now + timedelta(days=1))

    shown = {line.text: line for line in lines(session, society, need)}
    lead = shown["禁止使用含铅添加剂"]
    assert lead.confirmed
    assert longer.problem[lead.start : lead.end] == "禁止使用含铅添加剂"
    assert shown["使用寿命不低于2000小时"].kind is SHOULD
    assert "希望润滑脂不在高温下失效" not in shown, "it was taken out"
    assert (shown["滴点不低于260℃"].unsettled, shown["工作温度≥180℃"].unsettled) == (True, False)


def test_a_decision_whose_words_are_gone_is_to_be_looked_at(
    session: WriteSession, society: Society, need: Need, now: datetime
) -> None:
    edits = as_read(lines(session, society, need))
    edits[3].confirmed = True
    edits[4].wording, edits[4].confirmed = "寿命达到2000小时，按标准台架试验", True
    edit_requirements(session, society.member, need.public_id, edits, now=now)

    revise_need(session, society.member, need.public_id, form(indicators="工作温度≥1800℃；噪声不高于60 dB"), now=now)

    shown = {line.text: line for line in lines(session, society, need)}
    assert not shown["工作温度≥1800℃"].confirmed
    assert shown["工作温度≥1800℃"].unsettled
    kept = shown["寿命达到2000小时，按标准台架试验"]
    assert (kept.unsettled, kept.confirmed, kept.field) == (True, False, "")


def test_words_in_another_clause_than_before_are_to_be_confirmed_again(
    session: WriteSession, society: Society, need: Need, now: datetime
) -> None:
    confirm_requirements(session, society.member, need.public_id, now=now)

    weaker = form(problem=PROBLEM.replace("禁止使用含铅添加剂", "最好不用，但并非绝对禁止使用含铅添加剂"))
    revise_need(session, society.member, need.public_id, weaker, now=now)

    shown = {line.quote: line for line in lines(session, society, need)}
    assert (shown["禁止使用含铅添加剂"].confirmed, shown["禁止使用含铅添加剂"].unsettled) == (False, True)
    assert shown["工作温度≥180℃"].confirmed


def test_what_was_taken_out_is_drafted_when_more_is_asked_in_the_same_clause(
    session: WriteSession, society: Society, need: Need, now: datetime
) -> None:
    edits = as_read(lines(session, society, need))
    edit_requirements(session, society.member, need.public_id, edits[:3], now=now)

    more = form(indicators="工作温度≥180℃，且须有第三方报告；使用寿命不低于2000小时")
    revise_need(session, society.member, need.public_id, more, now=now)

    shown = {line.text: line.unsettled for line in lines(session, society, need)}
    assert shown["工作温度≥180℃，且须有第三方报告"]
    assert "使用寿命不低于2000小时" not in shown


def test_requirements_of_an_earlier_revision_stay_as_they_were(
    session: WriteSession, society: Society, need: Need, now: datetime
) -> None:
    first = current_need_revision(session, need.key)
    confirm_requirements(session, society.member, need.public_id, now=now)
    before = [row.key for row in requirements_of(session, first.key)]

    revise_need(session, society.member, need.public_id, form(problem="全新的问题"), now=now + timedelta(days=1))

    assert [row.key for row in requirements_of(session, first.key)] == before


@pytest.mark.parametrize(
    ("role", "fault"),
    [("visitor", Refused), ("other_member", Refused), ("supplier", Refused), ("other_staff", Refused)],
)
def test_only_the_asker_and_who_curates_the_need_decide(
    session: WriteSession, society: Society, need: Need, now: datetime, role: str, fault: type[AppError]
) -> None:
    with pytest.raises((fault, NotFound)):
        confirm_requirements(session, getattr(society, role), need.public_id, now=now)


def test_a_list_changed_meanwhile_an_archived_need_and_one_not_focused_are_refused(
    session: WriteSession, society: Society, need: Need, now: datetime
) -> None:
    seen = need.version
    confirm_requirements(session, society.lead, need.public_id, now=now)
    with pytest.raises(Conflict, match=r"conflict\.changed_meanwhile"):
        confirm_requirements(session, society.member, need.public_id, now=now, version=seen)

    archive_need(session, society.lead, need.public_id, now=now)
    with pytest.raises(Conflict, match=r"need\.archived"):
        confirm_requirements(session, society.member, need.public_id, now=now)

    raw = submit_need(session, society.member, form(), organisation=society.enterprise.public_id, now=now)
    with pytest.raises(Conflict, match=r"need\.not_focused"):
        confirm_requirements(session, society.member, raw.public_id, now=now)


def test_what_the_problem_tells_of_today_is_no_requirement_and_every_indicator_is_one(
    session: WriteSession, society: Society, now: datetime
) -> None:
    told = "每天废水约120吨，络合镍 35～60 mg/L，出水仍有 0.8 mg/L，时常超标。试过加重捕剂。希望总镍稳定达标"
    text = form(problem=told, indicators="目前总镍≤0.1 mg/L；目前出水在0.8 mg/L以上")
    need = submit_need(session, society.member, text, organisation=society.enterprise.public_id, now=now)

    triage_need(session, society.lead, need.public_id, now=now)

    drafted = lines(session, society, need)
    assert texts(drafted) == ["希望总镍稳定达标", "目前总镍≤0.1 mg/L", "目前出水在0.8 mg/L以上"]
    assert [figure.text for line in drafted for figure in line.indicators if line.field == "problem"] == []


def test_a_figure_is_asked_about_until_the_requirement_that_holds_it_is_taken_out_or_confirmed(
    session: WriteSession, society: Society, now: datetime
) -> None:
    text = form(problem="希望工作温度180 ℃，滴点260 ℃。希望尽快供样", indicators="锥入度280 mm；使用寿命不低于2000小时")
    need = submit_need(session, society.member, text, organisation=society.enterprise.public_id, now=now)
    triage_need(session, society.lead, need.public_id, now=now)

    def asked() -> set[object]:
        missing = open_questions(session, society.member, need.public_id)
        return {one.params["figure"] for one in missing if one.question is Question.NO_BOUND}

    assert asked() == {"180 ℃", "260 ℃", "280 mm"}
    _, second, third, fourth = as_read(lines(session, society, need))
    edit_requirements(session, society.member, need.public_id, [second, third, fourth], now=now)
    assert asked() == {"280 mm"}
    _, third, _ = edits = as_read(lines(session, society, need))
    third.wording, third.confirmed = "锥入度不低于280 mm", True
    edit_requirements(session, society.member, need.public_id, edits, now=now)
    assert asked() == set()
