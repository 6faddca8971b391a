import csv
import io
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import col, select

from core.database import WriteSession
from core.errors import Invalid
from core.i18n import Language
from models.access import Viewer
from models.deal import Contract, Deal, DealParty, DealStage, Outcome
from models.deal_enums import ContractKind, DealStatus, PartyRole
from models.deal_forms import DealCreate, DealUpdate, NextStepUpdate, StageMove, StatusMove
from models.enums import NeedStatus, Precision, ReasonCode, Role, SupplierKind
from models.need import Need
from models.notice_enums import ReminderKind
from models.person import Person
from models.refusal import RefusalCreate
from models.supplier import Supplier
from models.work import Reminder
from tests.workflow.deal_world import World
from workflow.days import day_of, start_of
from workflow.deals import (
    advance_deal,
    deal_timeline,
    edit_deal,
    lose_deal,
    pause_deal,
    set_next_step,
    show_deal,
    start_deal,
)
from workflow.exporting import ExportKind, FileFormat, export_list
from workflow.importing import ImportKind, ImportReport, import_file
from workflow.refusals import refuse_supplier
from workflow.reports.histories import read_stays
from workflow.users import OPERATOR

HEADINGS = "id,title,need,organisations,suppliers,stage,opened_on,entered_on,contract_kind,signed_on,amount_wan,status,"
HEADINGS += "status_on,reason,owner,next_step,next_step_due,waiting_for,waiting_since,notes"
EARLY = "D-1,焊接攻关,高强度铝合金焊接工艺,,李教授,可行性与意向,2025-06-02,2025-11-03,,,,,,,"
EARLY += ",约试制,2026-04-01,supply,2026-02-10,"
SIGNED = "D-2,废水中试,,甲公司,环境团队；膜团队,carrying_out,2024-05-06,2025-02-20,技术开发,2025-01-15,180,,,"
SIGNED += ",,看数据,2026-05-01,,,先交一半"
LOST = "D-3,保鲜咨询,,甲公司,,Negotiation,2024-11-04,2025-04-01,,,,lost,2025-08-30,price,,,,,,"


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def staff(world: World) -> Viewer:
    viewer = world.staff()
    world.sign_in_of(viewer)
    return viewer


@pytest.fixture(autouse=True)
def known(world: World) -> None:
    world.need()
    world.supplier()


def bring(world: World, viewer: Viewer, *rows: str, headings: str = HEADINGS) -> ImportReport:
    content = "\r\n".join((headings, *rows)).encode("gb18030")
    return import_file(world.session, viewer, ImportKind.DEALS, content, name="deals.csv", now=world.now, max_mib=1)


def deals(world: World) -> dict[str | None, Deal]:
    return {deal.external_id: deal for deal in world.session.exec(select(Deal).order_by(col(Deal.id)))}


def wrong(world: World, viewer: Viewer, row: str, headings: str = HEADINGS) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        bring(world, viewer, row, headings=headings)
    return [(problem.code, problem.field) for problem in refused.value.problems]


def test_a_deal_stands_where_the_row_says_and_nothing_before_it_is_invented(world: World, staff: Viewer) -> None:
    session = world.session
    report = bring(world, staff, EARLY, SIGNED, LOST)
    assert (report.created, report.suppliers_created) == (3, 2)
    found = deals(world)
    early, signed, lost = found["D-1"], found["D-2"], found["D-3"]
    shown = show_deal(session, staff, early.public_id, now=world.now)
    assert (shown.stages, shown.waiting_for, shown.waiting_since) == (
        ("feasibility",),
        PartyRole.SUPPLY,
        date(2026, 2, 10),
    )
    assert [party.name for party in shown.parties] == ["甲公司", "李教授"]
    rows = session.exec(select(DealStage).where(DealStage.deal_id == early.key)).all()
    assert [row.code for row in rows] == ["feasibility"]
    contract = session.exec(select(Contract).where(Contract.deal_id == signed.key)).one()
    assert (contract.kind, contract.amount, contract.signed_on) == (
        ContractKind.DEVELOPMENT,
        180_000_000,
        date(2025, 1, 15),
    )
    assert show_deal(session, staff, signed.public_id, now=world.now).stages == ("carrying_out",)
    outcome = session.exec(select(Outcome).where(Outcome.deal_id == lost.key)).one()
    assert (lost.status, outcome.stage, outcome.reason) == (DealStatus.LOST, "negotiation", ReasonCode.PRICE)
    teams = session.exec(select(Supplier.name).where(Supplier.kind == SupplierKind.TEAM).order_by(col(Supplier.id)))
    assert teams.all() == ["环境团队", "膜团队"]


def test_its_history_tells_the_days_of_the_file_and_that_it_was_brought_in(world: World, staff: Viewer) -> None:
    bring(world, staff, SIGNED)
    [deal] = deals(world).values()
    lines = deal_timeline(world.session, staff, deal.public_id).items
    told = {event.code: event for event in lines}
    assert list(told) == ["deal.note", "deal.brought_in", "deal.stood_at", "deal.signed", "deal.began"]
    for code, day in (("began", "2024-05-06"), ("signed", "2025-01-15"), ("stood_at", "2025-02-20")):
        event = told[f"deal.{code}"]
        assert (day_of(event.occurred_at), event.precision, event.recorded_at) == (
            date.fromisoformat(day),
            Precision.DAY,
            world.now,
        )
    assert told["deal.brought_in"].params["file"] == "deals.csv"
    assert told["deal.note"].text == "先交一半"


def test_the_need_counts_as_introduced_and_the_owner_is_reminded(world: World, staff: Viewer) -> None:
    bring(world, staff, EARLY)
    [deal] = deals(world).values()
    reminder = world.session.exec(select(Reminder).where(Reminder.kind == ReminderKind.NEXT_STEP)).one()
    assert (reminder.subject_id, reminder.person_id, deal.owner_id) == (deal.key, staff.person_id, staff.person_id)
    need = show_deal(world.session, staff, deal.public_id, now=world.now).need
    assert need is not None
    party = world.session.exec(select(DealParty)).first()
    assert party is not None
    assert party.organisation_id is not None


def test_a_next_step_that_was_due_in_the_past_is_brought_in_as_it_is(world: World, staff: Viewer) -> None:
    bring(world, staff, EARLY.replace("2026-04-01", "2026-02-01"))
    deal = deals(world)["D-1"]
    assert (deal.next_step, deal.next_step_due) == ("约试制", date(2026, 2, 1))


def test_nobody_owes_an_answer_of_whom_the_file_does_not_say_so(world: World, staff: Viewer) -> None:
    row = EARLY.replace("可行性与意向", "初次接触").replace("2025-11-03", "")
    bring(world, staff, row.replace("supply,2026-02-10", ","), row.replace("D-1,焊接攻关", "D-2,试制"))
    waits = world.session.exec(select(Reminder).where(Reminder.kind == ReminderKind.FEEDBACK)).all()
    assert [(one.subject_id, one.params["side"]) for one in waits] == [(deals(world)["D-2"].key, "supply")]


def test_a_stage_counts_for_forecasts_from_the_day_it_was_brought_in_and_one_that_ended_before_as_a_whole(
    world: World, staff: Viewer
) -> None:
    bring(world, staff, EARLY, LOST)
    start_deal(world.session, staff, DealCreate(title="本地开始", no_step_reason="等批复"), now=world.now)
    later = world.now + timedelta(days=30)
    stays = [stay.spell for stay in read_stays(world.session, now=later)]
    open_here = world.now - start_of(date(2025, 11, 3))
    assert [round(one.since) for one in stays] == [round(open_here / timedelta(days=1)), 0, 0]
    assert [round(one.days - one.since) for one in stays] == [30, 151, 30]


def test_the_same_file_again_changes_nothing_and_what_moved_here_stays(world: World, staff: Viewer) -> None:
    bring(world, staff, EARLY, SIGNED, LOST)
    again = bring(world, staff, EARLY, SIGNED, LOST)
    assert (again.created, again.updated, again.unchanged, again.moved_on) == (0, 0, 3, 0)
    deal = deals(world)["D-1"]
    why = ReasonCode.EVIDENCE_FOLLOWS
    advance_deal(world.session, staff, deal.public_id, StageMove(to="negotiation", reason=why), now=world.now)
    later = bring(world, staff, EARLY.replace("约试制", "约第二次试制"))
    assert (later.updated, later.moved_on, deal.next_step) == (1, 1, "约第二次试制")
    assert show_deal(world.session, staff, deal.public_id, now=world.now).stages == ("negotiation",)
    assert "import.moved_on" in dict(later.sentences())


def test_what_is_exported_comes_back_and_changes_nothing(world: World, staff: Viewer, now: datetime) -> None:
    session = world.session
    bring(world, staff, EARLY, SIGNED, LOST)
    own = start_deal(session, staff, DealCreate(title="本地开始, 名称有逗号"), now=now)
    step = NextStepUpdate(next_step="打电话", next_step_due=now.date())
    set_next_step(session, staff, own.public_id, step, now=now)
    pause_deal(session, staff, own.public_id, StatusMove(reason=ReasonCode.BUDGET), now=now)
    for language in Language:
        content, count = export_list(session, staff, ExportKind.DEALS, FileFormat.CSV, now=now, language=language)
        report = import_file(session, staff, ImportKind.DEALS, content, name="x.csv", now=now, max_mib=1)
        assert (count, report.unchanged, report.moved_on) == (4, 4, 0)
    table = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert (table[1]["stage"], table[1]["amount_yuan"], table[2]["reason"]) == ("Carrying out", "1800000", "Price")
    assert (table[3]["status"], table[3]["reason"], table[3]["owner"]) == ("Paused", "Budget", f"user{staff.person_id}")


def test_the_owner_of_a_known_deal_may_have_left_and_its_row_still_comes_in(
    world: World, staff: Viewer, now: datetime
) -> None:
    leaving = world.staff("林员")
    start_deal(world.session, leaving, DealCreate(title="老项目", no_step_reason="等批复"), now=now)
    content, _ = export_list(world.session, staff, ExportKind.DEALS, FileFormat.CSV, now=now)
    named = content.replace("林员".encode(), "早已不在的人".encode())
    for file in (content, named):
        report = import_file(world.session, staff, ImportKind.DEALS, file, name="x.csv", now=now, max_mib=1)
        assert (report.created, report.unchanged) == (0, 1)
    assert [deal.owner_id for deal in deals(world).values()] == [leaving.person_id]


def test_an_owner_who_cannot_sign_in_is_exported_by_name_unless_others_have_it(world: World, now: datetime) -> None:
    leaving, twin = world.staff("林员"), world.staff("同名者")
    world.person("同名者")
    for viewer in (leaving, twin):
        start_deal(world.session, viewer, DealCreate(title="老项目"), now=now)
    content, _ = export_list(world.session, OPERATOR, ExportKind.DEALS, FileFormat.CSV, now=now, language=Language.EN)
    owners = [row["owner"] for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))]
    assert owners[0] == "林员"
    assert owners[1] == world.session.get_one(Person, twin.person_id).public_id


def test_elsewhere_what_was_exported_stands_where_it_stood_here(world: World, staff: Viewer, now: datetime) -> None:
    session = world.session
    bring(world, staff, SIGNED)
    content, _ = export_list(session, staff, ExportKind.DEALS, FileFormat.JSONL, now=now)
    text = content.decode().replace("D-2", "D-9")
    import_file(session, staff, ImportKind.DEALS, text.encode(), name="x.jsonl", now=now, max_mib=1)
    here, there = (show_deal(session, staff, deals(world)[key].public_id, now=now) for key in ("D-2", "D-9"))
    names = [party.name for party in here.parties]
    assert [party.name for party in there.parties] == names
    assert (there.stages, there.tracks[0].amount, there.opened_at) == (
        here.stages,
        here.tracks[0].amount,
        here.opened_at,
    )


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        (EARLY.replace("李教授", "") + "x", []),
        (EARLY.replace("可行性与意向", "谈着"), [("field.nearly_one_of", "stage")]),
        (EARLY.replace("2025-06-02", "2026-06-02"), [("field.in_future", "opened_on")]),
        (EARLY.replace("2025-11-03", ""), [("import.entered_needed", "entered_on")]),
        (EARLY.replace("2025-11-03", "2025-01-03"), [("field.before_deal", "entered_on")]),
        (EARLY.replace("约试制", ""), [("deal.step_needed", "next_step")]),
        (EARLY.replace("2026-04-01", ""), [("deal.step_needs_day", "next_step_due")]),
        (EARLY.replace("高强度铝合金焊接工艺", "别的"), [("import.unknown_reference", "need")]),
        (SIGNED.replace("技术开发", ""), [("import.signed_needs_kind", "contract_kind")]),
        (SIGNED.replace("技术开发", "技术许可"), [("import.stage_of_other_kind", "stage")]),
        (SIGNED.replace("carrying_out", "exchange"), [("import.not_signed_yet", "amount_wan")]),
        (SIGNED.replace("甲公司", "丁公司"), [("import.unknown_reference", "organisations")]),
        (LOST.replace("price", "safety"), [("deal.reason_does_not_fit", "reason")]),
        (LOST.replace("price", ""), [("import.reason_needed", "reason")]),
        (LOST.replace("2025-08-30", ""), [("import.since_when", "status_on")]),
        (LOST.replace("lost", "won"), [("import.won_unsigned", "stage"), ("import.still_open", "reason")]),
        (LOST.replace(",lost,", ",,"), [("import.still_open", "status_on"), ("import.still_open", "reason")]),
        (LOST.replace(",price,,", ",price,nobody,"), [("import.unknown_owner", "owner")]),
    ],
)
def test_what_is_wrong_is_told_by_column_and_nothing_is_written(
    world: World, staff: Viewer, row: str, codes: list[tuple[str, str]]
) -> None:
    if not codes:
        assert bring(world, staff, row).created == 1
        return
    found = wrong(world, staff, row)
    assert set(codes) <= set(found)
    assert deals(world) == {}


def test_whoever_works_at_the_machine_names_the_owner(world: World, staff: Viewer) -> None:
    assert ("import.owner_needed", "owner") in wrong(world, OPERATOR, EARLY)
    assert bring(world, OPERATOR, EARLY.replace(",,约试制", f",user{staff.person_id},约试制")).created == 1
    outsider = world.viewer(Role.ENTERPRISE_MEMBER, world.organisation("乙公司"))
    login = world.sign_in_of(outsider).login
    assert ("deal.member_of_society", "owner") in wrong(world, staff, LOST.replace(",price,,", f",price,{login},"))


def test_a_deal_of_others_and_a_need_that_is_met_are_refused(world: World, staff: Viewer, now: datetime) -> None:
    bring(world, staff, SIGNED)
    edit_deal(world.session, staff, deals(world)["D-2"].public_id, DealUpdate(team_only=True), now=now)
    other = world.staff("同事")
    world.sign_in_of(other)
    assert wrong(world, other, SIGNED) == [("import.not_yours", "id")]
    world.need(title="已解决", status=NeedStatus.CLOSED)
    assert ("need.closed", "need") in wrong(world, staff, EARLY.replace("高强度铝合金焊接工艺", "已解决"))
    world.need(title="未聚焦", status=NeedStatus.SUBMITTED)
    assert ("match.need_not_focused", "need") in wrong(world, staff, EARLY.replace("高强度铝合金焊接工艺", "未聚焦"))


def test_a_closed_deal_takes_no_next_step_from_a_file(world: World, staff: Viewer, now: datetime) -> None:
    bring(world, staff, EARLY)
    deal = deals(world)["D-1"]
    lose_deal(world.session, staff, deal.public_id, StatusMove(reason=ReasonCode.BUDGET), now=now)
    report = bring(world, staff, EARLY.replace("约试制", "再约"))
    assert (report.unchanged, report.moved_on, deal.next_step) == (1, 1, "约试制")


def test_who_is_waited_for_is_waited_for_since_a_day_that_can_be(world: World, staff: Viewer) -> None:
    bare = EARLY.replace("supply,2026-02-10", "supply,")
    bring(world, staff, bare)
    deal = deals(world)["D-1"]
    assert deal.waiting_since == world.now.date()
    bring(world, staff, EARLY)
    assert bring(world, staff, bare).unchanged == 1
    assert deal.waiting_since == date(2026, 2, 10)
    for day, code in (("2031-01-01", "field.in_future"), ("2025-01-01", "field.before_deal")):
        assert wrong(world, staff, EARLY.replace("2026-02-10", day)) == [(code, "waiting_since")]


def test_who_is_never_to_be_proposed_comes_in_with_no_deal_that_goes_on(world: World, staff: Viewer) -> None:
    need = world.session.exec(select(Need)).first()
    supplier = world.session.exec(select(Supplier).where(Supplier.name == "李教授")).one()
    assert need is not None
    form = RefusalCreate(supplier=supplier.public_id, reason=ReasonCode.CONFLICT_OF_INTEREST)
    refuse_supplier(world.session, staff, need.public_id, form, now=world.now)
    assert wrong(world, staff, EARLY) == [("refusal.lift_first", "suppliers")]
