"""The people of a deal's sides are told how it goes on: each of them, once, and nobody else."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from core.database import WriteSession
from core.i18n import Language
from models.access import Viewer, viewer_of
from models.deal import Deal, DealParty
from models.deal_enums import ContractKind, DealStatus, PartyRole
from models.deal_forms import (
    AnswerCreate,
    ContractCreate,
    DealCreate,
    DealMerge,
    DealOpen,
    DealSplit,
    PartRemoved,
    PartyCreate,
    ReplyCreate,
    StageMove,
    StatusMove,
    WaitingUpdate,
)
from models.deal_outcome import OutcomeCreate
from models.enums import DisclosureLevel, ReasonCode, Role, SubjectKind
from models.notice import MuteForm
from models.notice_enums import Channel, NoticeKind
from models.person import Person
from models.user import Membership, User
from models.work import OutboxMessage
from tests.workflow.deal_world import World
from workflow.deals import (
    add_party,
    advance_deal,
    archive_deal,
    lose_deal,
    merge_deals,
    open_deal,
    pause_deal,
    record_answer,
    record_outcome,
    remove_party,
    restore_deal,
    revive_deal,
    send_reply,
    set_waiting,
    show_deal,
    split_deal,
    start_deal,
)
from workflow.files import FileStore
from workflow.notifications import list_inbox, message_to_send, notify, write_digest
from workflow.notifications.wishes import mute

LATER = timedelta(days=40)


class Scene:
    """An accepted match: a firm with a contact, an administrator and a colleague; an expert; strangers; staff."""

    def __init__(self, world: World) -> None:
        self.world, self.session, self.now = world, world.session, world.now
        self.staff, self.lead = self._signed_in(world.staff("负责的人")), self._signed_in(world.viewer(Role.LEAD))
        self.firm = world.organisation("甲厂")
        self.contact = self._of_firm(Role.ENTERPRISE_MEMBER, "联系人")
        self.admin = self._of_firm(Role.ENTERPRISE_ADMIN, "企业管理员")
        self.colleague = self._of_firm(Role.ENTERPRISE_MEMBER, "同事")
        expert = self._signed_in(world.viewer(Role.SUPPLIER, name="专家"))
        self.supplier = world.supplier("专家", person=self._person(expert))
        self.expert = self._again(expert)
        self.strangers = [
            self._signed_in(world.viewer(Role.SUPPLIER, name="路人")),
            self._signed_in(world.viewer(Role.ENTERPRISE_ADMIN, world.organisation("乙厂"), "别家")),
        ]
        self.need = world.need(
            self.firm, "保密的试制", disclosure=DisclosureLevel.CARD, contact=self._person(self.contact)
        )
        self.match = world.match(self.need, self.supplier)

    def _of_firm(self, role: Role, name: str) -> Viewer:
        return self._signed_in(self.world.viewer(role, self.firm, name))

    def _signed_in(self, viewer: Viewer) -> Viewer:
        self.world.sign_in_of(viewer)
        return self._again(viewer)

    def _person(self, viewer: Viewer) -> Person:
        return self.session.get_one(Person, viewer.person_id)

    def _again(self, viewer: Viewer) -> Viewer:
        assert viewer.person_id is not None
        return viewer_of(self.session, viewer.person_id, self.now)

    def opened(self) -> Deal:
        return open_deal(self.session, self.staff, self.match.public_id, DealOpen(title="保密的试制"), now=self.now)

    def told(self) -> dict[str, list[str]]:
        return self.world.told()

    def reads(self, who: Viewer, language: Language = Language.EN) -> list[str]:
        """The messages that somebody finds, the newest last."""
        found = list_inbox(self.session, who, now=self.now + 2 * LATER, language=language).items
        return [message.text for message in reversed(found)]


@pytest.fixture
def scene(session: WriteSession, now: datetime) -> Scene:
    return Scene(World(session, now))


def both(*codes: str) -> dict[str, list[str]]:
    """That the firm's contact and administrator and the expert were told this, and nobody else anything."""
    return {name: list(codes) for name in ("联系人", "企业管理员", "专家")}


def test_an_introduction_is_told_to_both_sides_and_to_nobody_else(scene: Scene) -> None:
    scene.opened()
    assert scene.told() == both("side.opened")
    assert scene.reads(scene.admin) == ["You take part in a new deal: “保密的试制”."]
    assert scene.reads(scene.expert) == ["You take part in a new deal: “Deal of 2026-03-02”."]
    for other in (scene.colleague, scene.staff, *scene.strangers):
        assert scene.reads(other) == []


def test_who_is_waited_for_is_told_once_and_again_when_the_reply_was_not_enough(
    scene: Scene, tmp_path_factory: pytest.TempPathFactory
) -> None:
    session, deal = scene.session, start_with_both(scene)
    asked = WaitingUpdate(waiting_for=PartyRole.SUPPLY)
    for day in range(3):
        set_waiting(session, scene.staff, deal.public_id, asked, now=scene.now + timedelta(days=day))
    assert scene.told() == {"专家": ["side.waiting"]}
    [text] = scene.reads(scene.expert)
    assert "2026-03-02" in text
    store = FileStore(tmp_path_factory.mktemp("files"), max_bytes=1000)
    reply = ReplyCreate(text="样品下周寄出")
    send_reply(session, scene.expert, deal.public_id, reply, store=store, now=scene.now + timedelta(days=3))
    set_waiting(session, scene.staff, deal.public_id, asked, now=scene.now + timedelta(days=4))
    assert scene.told()["专家"] == ["side.waiting"] * 2
    record_answer(session, scene.staff, deal.public_id, AnswerCreate(side=PartyRole.SUPPLY), now=scene.now + LATER)
    assert scene.reads(scene.expert) == []  # nobody waits any more, in the messages as on the page


def test_a_side_that_is_waited_for_is_told_outside_at_once_and_not_any_more_once_it_answered(scene: Scene) -> None:
    session, deal = scene.session, start_with_both(scene)
    set_waiting(session, scene.staff, deal.public_id, WaitingUpdate(waiting_for=PartyRole.DEMAND), now=scene.now)
    outside = (OutboxMessage.channel != Channel.IN_APP, col(OutboxMessage.for_digest).is_(False))
    [sent] = session.exec(select(OutboxMessage).where(*outside)).all()
    told = message_to_send(session, sent.key, now=scene.now)
    assert told is not None
    assert (sent.person_id, told.kind) == (scene.admin.person_id, NoticeKind.ANSWER_WANTED)
    answer = AnswerCreate(side=PartyRole.DEMAND, version=deal.version)
    record_answer(session, scene.staff, deal.public_id, answer, now=scene.now)
    assert message_to_send(session, sent.key, now=scene.now) is None


def test_both_sides_read_of_signing_pause_and_end_and_why_it_ended(scene: Scene) -> None:
    session, staff, deal = scene.session, scene.staff, scene.opened()
    advance(scene, deal)
    sign(scene, deal)
    pause_deal(session, staff, deal.public_id, StatusMove(reason=ReasonCode.BUDGET, text="内部说明"), now=scene.now)
    again = StatusMove(reason=ReasonCode.CAPACITY)
    revive_deal(session, staff, deal.public_id, again, now=scene.now)
    lose_deal(session, staff, deal.public_id, StatusMove(reason=ReasonCode.SAFETY, text="内部说明"), now=scene.now)
    assert scene.told() == both("side.opened", "side.signed", "side.paused", "side.revived", "side.lost")
    for who in (scene.admin, scene.expert):
        texts = scene.reads(who)
        assert "safety" in texts[-1].lower()
        assert not [text for text in texts if "内部说明" in text or "budget" in text.lower()]


def test_an_end_that_was_taken_back_is_read_no_more(scene: Scene) -> None:
    session, deal = scene.session, scene.opened()
    lose_deal(session, scene.staff, deal.public_id, StatusMove(reason=ReasonCode.NO_ANSWER), now=scene.now)
    assert len(scene.reads(scene.expert)) == 2
    again = StatusMove(reason=ReasonCode.CIRCUMSTANCES_CHANGED)
    revive_deal(session, scene.lead, deal.public_id, again, now=scene.now)
    assert scene.told() == both("side.opened", "side.lost", "side.revived")
    assert [text for text in scene.reads(scene.expert) if "ended" in text] == []


def test_what_interrupts_nobody_comes_in_one_digest_with_what_its_reader_may_read(scene: Scene) -> None:
    session, deal = scene.session, scene.opened()
    sign(scene, deal)
    assert scene.expert.person_id is not None
    assert write_digest(session, scene.expert.person_id, Channel.CONSOLE, now=scene.now + timedelta(days=1))
    waiting = select(OutboxMessage.id).where(OutboxMessage.code == "digest")
    [digest] = session.exec(waiting).all()
    assert digest is not None
    told = message_to_send(session, digest, now=scene.now + timedelta(days=1))
    assert told is not None
    assert [item.code for item in told.items] == ["side.opened", "side.signed"]
    assert "保密的试制" not in told.body


def test_who_did_it_and_who_signs_in_no_more_is_not_told_and_who_muted_it_reads_it_as_read(scene: Scene) -> None:
    session = scene.session
    scene.contact = as_staff_too(scene, scene.contact)
    user = session.exec(select(User).where(User.person_id == scene.admin.person_id)).one()
    user.disabled_at = scene.now
    deal = open_deal(session, scene.contact, scene.match.public_id, DealOpen(title="保密的试制"), now=scene.now)
    assert scene.told() == {"专家": ["side.opened"]}
    mute(session, scene.expert, MuteForm(deal=deal.public_id), now=scene.now)
    pause_deal(session, scene.contact, deal.public_id, StatusMove(reason=ReasonCode.CAPACITY), now=scene.now)
    rows = session.exec(select(OutboxMessage).where(OutboxMessage.code == "side.paused")).all()
    assert [(row.channel, row.read_at) for row in rows] == [(Channel.IN_APP, scene.now)]


def test_who_joins_later_is_told_and_the_others_not_again(scene: Scene) -> None:
    session, deal = scene.session, scene.opened()
    partner = scene.strangers[1]
    [organisation] = partner.organisations
    place = session.get_one(type(scene.firm), organisation)
    form = PartyCreate(role=PartyRole.PARTNER, organisation=place.public_id)
    add_party(session, scene.staff, deal.public_id, form, now=scene.now)
    assert scene.told() == both("side.opened") | {"别家": ["side.opened"]}
    remove_party(
        session, scene.staff, deal.public_id, 3, PartRemoved(reason=ReasonCode.CAPACITY), now=scene.now + LATER
    )
    pause_deal(session, scene.staff, deal.public_id, StatusMove(reason=ReasonCode.CAPACITY), now=scene.now + LATER)
    assert scene.told()["别家"] == ["side.opened", "deal.left"]
    assert [text for text in scene.reads(partner) if "new deal" in text] == []


def test_a_deal_that_joins_another_is_told_with_the_way_to_it(scene: Scene) -> None:
    session, other = scene.session, scene.opened()
    deal = start_deal(session, scene.staff, DealCreate(title="大项目"), now=scene.now)
    merge_deals(session, scene.staff, deal.public_id, DealMerge(deal=other.public_id, note="合并"), now=scene.now)
    assert scene.told() == both("side.opened", "side.merged_into")
    last = list_inbox(session, scene.expert, now=scene.now, language=Language.EN).items[0]
    assert last.path == f"/deals/{deal.public_id}"
    assert show_deal(session, scene.expert, other.public_id, now=scene.now).merged_into == deal.public_id


def test_a_part_that_goes_its_own_way_is_told_as_a_deal_of_its_own(scene: Scene) -> None:
    deal = scene.opened()
    form = DealSplit(title="保密的检测", note="分开谈", version=deal.version)
    part = split_deal(scene.session, scene.staff, deal.public_id, form, now=scene.now)
    assert scene.told() == both("side.opened", "side.opened")
    newest = list_inbox(scene.session, scene.expert, now=scene.now, language=Language.EN).items[0]
    assert newest.path == f"/deals/{part.public_id}"


def test_who_was_waited_for_before_a_pause_is_asked_again_when_the_deal_goes_on(scene: Scene) -> None:
    session, staff, deal = scene.session, scene.staff, scene.opened()
    pause_deal(session, staff, deal.public_id, StatusMove(reason=ReasonCode.CAPACITY), now=scene.now)
    set_waiting(session, staff, deal.public_id, WaitingUpdate(waiting_for=PartyRole.SUPPLY), now=scene.now)
    assert scene.told() == both("side.opened", "side.paused")
    again = StatusMove(reason=ReasonCode.CAPACITY)
    revive_deal(session, staff, deal.public_id, again, now=scene.now)
    assert scene.told()["专家"] == ["side.opened", "side.paused", "side.revived", "side.waiting"]
    assert scene.told()["联系人"] == ["side.opened", "side.paused", "side.revived"]


def test_a_deal_that_leaves_the_lists_of_its_sides_is_told_and_one_that_had_ended_is_not(scene: Scene) -> None:
    session, staff, deal = scene.session, scene.staff, scene.opened()
    for _ in range(2):
        archive_deal(session, staff, deal.public_id, now=scene.now)
    restore_deal(session, staff, deal.public_id, now=scene.now)
    lose_deal(session, staff, deal.public_id, StatusMove(reason=ReasonCode.NO_ANSWER), now=scene.now)
    archive_deal(session, staff, deal.public_id, now=scene.now)
    assert scene.told() == both("side.opened", "side.archived", "side.restored", "side.lost")


@pytest.mark.parametrize("kind", NoticeKind)
def test_a_side_reads_its_own_kinds_alone_and_a_stranger_none(scene: Scene, kind: NoticeKind) -> None:
    deal = scene.opened()
    for who in (scene.expert, scene.strangers[0]):
        assert who.person_id is not None
        notify(
            scene.session,
            who.person_id,
            "side.signed",
            kind=kind,
            params={"deal": deal.public_id},
            subject_kind=SubjectKind.DEAL,
            subject_id=deal.key,
            dedupe_key=f"x:{who.person_id}",
            now=scene.now,
        )
    is_told = kind is NoticeKind.DEAL_PROGRESS  # nobody waits for the side, nor has the deal ended
    assert len(scene.reads(scene.expert)) == 1 + is_told
    assert scene.reads(scene.strangers[0]) == []


def test_a_success_is_told_to_those_who_took_part(scene: Scene) -> None:
    deal = scene.opened()
    sign(scene, deal)
    outcome = OutcomeCreate(status=DealStatus.WON, text="样机通过验收")
    record_outcome(scene.session, scene.staff, deal.public_id, outcome, now=scene.now)
    assert scene.told() == both("side.opened", "side.signed", "side.won")


def start_with_both(scene: Scene) -> Deal:
    """A deal without a match, to which both sides came before anybody was told of anything."""
    deal = start_deal(scene.session, scene.staff, DealCreate(title="试制"), now=scene.now)
    scene.session.add(DealParty(deal_id=deal.key, role=PartyRole.DEMAND, organisation_id=scene.firm.key))
    scene.session.add(DealParty(deal_id=deal.key, role=PartyRole.SUPPLY, supplier_id=scene.supplier.key))
    scene.session.flush()
    return deal


def advance(scene: Scene, deal: Deal) -> None:
    move = StageMove(to="feasibility", reason=ReasonCode.GOOD_FIT)
    advance_deal(scene.session, scene.staff, deal.public_id, move, now=scene.now)


def sign(scene: Scene, deal: Deal) -> None:
    signing = ContractCreate(kind=ContractKind.DEVELOPMENT, amount=100, signed_on=scene.now.date())
    move = StageMove(to="signed", signing=signing, reason=ReasonCode.GOOD_FIT)
    advance_deal(scene.session, scene.staff, deal.public_id, move, now=scene.now)


def as_staff_too(scene: Scene, viewer: Viewer) -> Viewer:
    assert viewer.person_id is not None
    scene.session.add(Membership(person_id=viewer.person_id, role=Role.STAFF, valid_from=scene.now))
    scene.session.flush()
    return viewer_of(scene.session, viewer.person_id, scene.now)
