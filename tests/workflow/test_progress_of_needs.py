"""An enterprise is told how its needs go on, and who works on a need what the enterprise changed of it."""

import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import func, select

from core.database import WriteSession
from core.i18n import Language
from models.access import Viewer, viewer_of
from models.deal import Deal
from models.enums import NeedStatus, ReasonCode, Role, SubjectKind
from models.file import FileRights
from models.match import JudgementCreate
from models.match_enums import MatchStatus, Verdict
from models.need import NeedCreate
from models.notice_enums import Channel, NoticeKind, NoticeTiming
from models.person import Person
from models.work import OutboxMessage
from tests.workflow.deal_world import World
from tests.workflow.file_samples import store_in
from tracking.notices import usual_timing
from workflow.deals import open_deal
from workflow.files import attach_file, receive_upload
from workflow.importing import ImportKind, import_file
from workflow.matches import review_match
from workflow.matches.proposing import mark_matched
from workflow.needs import archive_need, restore_need, revise_need
from workflow.notifications import list_inbox, mark_read
from workflow.triage import triage_need

FORM = NeedCreate(title="高强度铝合金焊接工艺", problem="需要解决薄板焊接变形的问题，抗拉强度≥350MPa。")


class Scene:
    """A need of a firm with a contact and an administrator; somebody of another firm; two of the staff."""

    def __init__(self, world: World) -> None:
        self.world, self.session, self.now = world, world.session, world.now
        self.staff = self._signed_in(world.staff("整理的人"))
        self.colleague = self._signed_in(world.staff("同事"))
        self.firm = world.organisation("甲厂")
        self.contact = self._signed_in(world.viewer(Role.ENTERPRISE_MEMBER, self.firm, "联系人"))
        self.admin = self._signed_in(world.viewer(Role.ENTERPRISE_ADMIN, self.firm, "企业管理员"))
        self.colleague_of_contact = self._signed_in(world.viewer(Role.ENTERPRISE_MEMBER, self.firm, "厂里同事"))
        self.stranger = self._signed_in(world.viewer(Role.ENTERPRISE_ADMIN, world.organisation("乙厂"), "别家"))
        person = self.session.get_one(Person, self.contact.person_id)
        self.need = world.need(self.firm, status=NeedStatus.SUBMITTED, contact=person)

    def _signed_in(self, viewer: Viewer) -> Viewer:
        self.world.sign_in_of(viewer)
        assert viewer.person_id is not None
        return viewer_of(self.session, viewer.person_id, self.now)

    def focus(self) -> None:
        triage_need(self.session, self.staff, self.need.public_id, now=self.now)

    def revise(self, by: Viewer, problem: str, *, after: timedelta = timedelta()) -> None:
        form = FORM.model_copy(update={"problem": problem})
        revise_need(self.session, by, self.need.public_id, form, now=self.now + after)

    def told(self) -> dict[str, list[str]]:
        return self.world.told()

    def reads(self, who: Viewer) -> list[str]:
        found = list_inbox(self.session, who, now=self.now + timedelta(days=9), language=Language.ZH).items
        return [message.text for message in reversed(found)]


@pytest.fixture
def scene(session: WriteSession, now: datetime) -> Scene:
    return Scene(World(session, now))


def firm(*codes: str) -> dict[str, list[str]]:
    return {name: list(codes) for name in ("联系人", "企业管理员")}


def test_an_enterprise_is_told_each_step_of_its_need_and_of_no_supplier(scene: Scene) -> None:
    session, world, need = scene.session, scene.world, scene.need
    scene.focus()
    scene.focus()  # again: nothing new
    mark_matched(session, scene.staff, need, now=scene.now)
    supplier = world.supplier("李教授")
    match = world.match(need, supplier, MatchStatus.PROPOSED)
    accept = JudgementCreate(verdict=Verdict.ACCEPT, reason=ReasonCode.GOOD_FIT, comment="内部意见")
    for _ in range(2):
        review_match(session, scene.staff, match.public_id, accept, now=scene.now)
    open_deal(session, scene.staff, match.public_id, now=scene.now)
    archive_need(session, scene.staff, need.public_id, now=scene.now)
    restore_need(session, scene.staff, need.public_id, now=scene.now)
    codes = ("need.focused", "need.matched", "need.accepted", "side.opened", "need.archived", "need.restored")
    assert scene.told() == firm(*codes)
    text = "".join(text for text in scene.reads(scene.contact) if "参与" not in text)  # the deal names its sides
    assert "高强度铝合金焊接工艺" in text
    assert not [word for word in ("李教授", "内部意见", "整理的人") if word in text]
    assert scene.reads(scene.stranger) == scene.reads(scene.colleague_of_contact) == []


def test_several_suppliers_accepted_on_one_day_are_told_once(scene: Scene) -> None:
    scene.focus()
    accept = JudgementCreate(verdict=Verdict.ACCEPT, reason=ReasonCode.GOOD_FIT)
    for name in ("甲", "乙", "丙"):
        match = scene.world.match(scene.need, scene.world.supplier(name), MatchStatus.PROPOSED)
        review_match(scene.session, scene.staff, match.public_id, accept, now=scene.now)
    assert scene.told() == firm("need.focused", "need.accepted")


def test_where_nobody_is_contact_or_administrator_everybody_of_the_enterprise_is_told(scene: Scene) -> None:
    place = scene.world.organisation("丙厂")
    for name in ("丙一", "丙二"):
        scene._signed_in(scene.world.viewer(Role.ENTERPRISE_MEMBER, place, name))
    scene.world.viewer(Role.ENTERPRISE_MEMBER, place, "没有账号的人")
    need = scene.world.need(place, status=NeedStatus.SUBMITTED)
    triage_need(scene.session, scene.staff, need.public_id, now=scene.now)
    assert scene.told() == {"丙一": ["need.focused"], "丙二": ["need.focused"]}


def test_who_focused_a_need_is_told_what_the_enterprise_changed_once_until_it_was_read(
    scene: Scene, tmp_path: Path
) -> None:
    session, need = scene.session, scene.need
    scene.revise(scene.contact, "还没有人整理，不必告知。")
    assert scene.told() == {}
    scene.focus()
    for words in ("抗拉强度≥400MPa。", "抗拉强度≥450MPa。"):
        scene.revise(scene.contact, words)
    store = store_in(tmp_path)
    received = receive_upload(store, io.BytesIO("图纸说明".encode()), "图纸.txt")
    attach_file(
        session, scene.admin, SubjectKind.NEED, need.public_id, received, FileRights(), store=store, now=scene.now
    )
    assert scene.told() == firm("need.focused") | {"整理的人": ["need.revised", "need.file"]}
    mark_read(session, scene.staff, now=scene.now)
    scene.revise(scene.contact, "抗拉强度≥500MPa。", after=timedelta(hours=1))
    scene.revise(scene.staff, "抗拉强度≥510MPa。", after=timedelta(hours=2))
    assert scene.told() == firm("need.focused", "need.edited") | {
        "整理的人": ["need.revised", "need.file", "need.revised"]
    }
    assert scene.reads(scene.colleague) == []


def test_who_owns_the_deal_is_told_too_and_a_lead_where_nobody_works_on_it_any_more(scene: Scene) -> None:
    session = scene.session
    scene.focus()
    match = scene.world.match(scene.need, scene.world.supplier("李教授"))
    open_deal(session, scene.colleague, match.public_id, now=scene.now)
    scene.revise(scene.contact, "抗拉强度≥400MPa。")
    told = scene.told()
    assert (told["同事"], told["整理的人"]) == (["need.revised"], ["need.revised"])
    other = scene.world.need(scene.firm, "没有人管的需求")
    lead = scene._signed_in(scene.world.viewer(Role.LEAD, name="主管"))
    revise_need(session, scene.contact, other.public_id, FORM, now=scene.now)
    assert scene.told()["主管"] == ["need.revised"]
    assert scene.reads(lead) == ["企业修改了需求“高强度铝合金焊接工艺”，请核对要求和推荐结果。"]


def test_what_comes_from_files_tells_nobody(scene: Scene) -> None:
    session, staff, now = scene.session, scene.staff, scene.now
    expert = scene._signed_in(scene.world.viewer(Role.SUPPLIER, name="专家"))
    scene.world.supplier("专家", person=session.get_one(Person, expert.person_id))
    scene.need.status = NeedStatus.FOCUSED
    deals = (
        "id,title,need,organisations,suppliers,stage,status,opened_on,entered_on,status_on,reason,contract_kind,"
        "signed_on,next_step,next_step_due,waiting_for,waiting_since\n"
        "D-1,试制,高强度铝合金焊接工艺,甲厂,专家,exchange,,2025-06-02,2025-11-03,,,,,约试制,2026-04-01,supply,2026-02-01\n"
        "D-2,旧的,,甲厂,专家,exchange,lost,2025-06-02,2025-11-03,2025-12-03,too_early,,,,,,\n"
    )
    needs = "id,title,organization,problem\nN-1,焊接变形,甲厂,抗拉强度≥400MPa。\n"
    files = [
        (ImportKind.DEALS, deals),
        (ImportKind.NEEDS, needs),
        (ImportKind.NEEDS, needs.replace("400", "500")),
        (ImportKind.DEALS, deals.replace("supply", "demand")),
    ]
    for kind, text in files:
        import_file(session, staff, kind, text.encode(), name="x.csv", now=now, max_mib=1)
    assert scene.told() == {}
    assert session.exec(select(OutboxMessage.id)).all() == []
    assert session.exec(select(func.count()).select_from(Deal)).one() == 2


def test_progress_interrupts_nobody_and_what_is_to_be_done_does() -> None:
    timings = {kind: usual_timing(Channel.MAIL, kind) for kind in NoticeKind}
    assert {kind for kind, timing in timings.items() if timing is NoticeTiming.DAILY} == {
        NoticeKind.NEED_PROGRESS,
        NoticeKind.DEAL_PROGRESS,
        NoticeKind.ENDED,
    }
