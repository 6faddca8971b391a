"""Sides write to the society on a deal's page: who reads it, who is told, and that it ends no waiting."""

import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlmodel import col, select

from core.database import WriteSession
from core.errors import Conflict, Invalid, NotFound, Refused
from core.i18n import Language
from models.access import Viewer
from models.deal import Deal, DealParty
from models.deal_enums import EntryKind, NextAction, PartyRole, Visibility
from models.deal_forms import (
    AnswerCreate,
    DealCreate,
    DealMerge,
    DealUpdate,
    EntryRights,
    NextStepUpdate,
    PartRemoved,
    ReplyCreate,
    StatusMove,
    WaitingUpdate,
)
from models.enums import ReasonCode, Role, SubjectKind
from models.file import FileRights
from models.history import Event
from models.notice_enums import Channel, NoticeKind, ReminderKind, ReminderRung
from models.work import OutboxMessage, Reminder
from tests.workflow.deal_world import World
from tests.workflow.file_samples import TEXT, store_in
from tests.workflow.test_files import deal_between
from workflow.days import day_of
from workflow.deals import (
    EntryFilter,
    archive_deal,
    deal_timeline,
    edit_deal,
    lose_deal,
    merge_deals,
    pause_deal,
    propose_actions,
    read_queue,
    record_answer,
    remove_party,
    revive_deal,
    send_reply,
    set_next_step,
    set_waiting,
    show_deal,
    show_entry_to,
    start_deal,
)
from workflow.files import FileStore, change_rights, list_files, receive_upload
from workflow.notifications import list_inbox
from workflow.reminders import fire_reminder

DAY = timedelta(days=1)


class Talk:
    """A deal that waits for the supply side."""

    def __init__(self, session: WriteSession, now: datetime, store: FileStore) -> None:
        self.world, self.session, self.now, self.store = World(session, now), session, now, store
        self.owner = self.world.staff("负责者")
        self.deal, self.demand, self.supply = deal_between(self.world, self.owner)
        self.id = self.deal.public_id
        self.wait(now)

    def wait(self, at: datetime, side: PartyRole | None = PartyRole.SUPPLY) -> None:
        set_waiting(self.session, self.owner, self.id, WaitingUpdate(waiting_for=side), now=at)

    def reply(
        self, who: Viewer, text: str = "样品已寄出", days: int = 1, *, file: str = "", **chosen: Visibility | PartyRole
    ) -> Event:
        received = receive_upload(self.store, io.BytesIO(TEXT), file) if file else None
        form = ReplyCreate.model_validate({"text": text, **chosen})
        return send_reply(self.session, who, self.id, form, received, store=self.store, now=self.now + days * DAY)

    def parts(self, days: int) -> dict[str, int]:
        """The parts of the owner's queue in which the deal stands, with their days."""
        queue = read_queue(self.session, self.owner, now=self.now + days * DAY)
        return {part: line.days for part in ("replied", "waiting") for line in getattr(queue, part)}

    def lies(self, who: Viewer) -> list[PartyRole]:
        return [reply.side for reply in show_deal(self.session, who, self.id, now=self.now).replies]

    def read(self, who: Viewer) -> list[tuple[str, str | None]]:
        """The replies that somebody reads, with who wrote each."""
        lines = deal_timeline(self.session, who, self.id, EntryFilter(kind=EntryKind.REPLY)).items
        return [(line.text, line.actor_name) for line in lines]

    def told(self) -> list[OutboxMessage]:
        mine = (OutboxMessage.person_id == self.owner.person_id, OutboxMessage.channel == Channel.IN_APP)
        found = select(OutboxMessage).where(*mine, OutboxMessage.kind == NoticeKind.REPLY)
        return list(self.session.exec(found.order_by(col(OutboxMessage.id))))


@pytest.fixture
def talk(session: WriteSession, now: datetime, tmp_path: Path) -> Talk:
    return Talk(session, now, store_in(tmp_path))


def test_a_reply_is_for_its_side_or_for_all_and_names_who_wrote_it(talk: Talk) -> None:
    colleague, stranger = talk.world.staff("同事"), talk.world.viewer(Role.SUPPLIER, name="路人")
    talk.reply(talk.supply, "只给学会")
    talk.reply(talk.demand, "给各方", visibility=Visibility.PARTIES)
    own, of_all = ("只给学会", "专家"), ("给各方", "企业人员")
    assert talk.read(talk.supply) == [of_all, own]
    assert talk.read(talk.owner) == talk.read(colleague) == [of_all, own]
    assert talk.read(talk.demand) == [of_all]
    with pytest.raises(NotFound):
        talk.read(stranger)
    event = talk.session.exec(select(Event).where(Event.text == "只给学会")).one()
    assert (event.params, event.visibility) == ({"side": "supply"}, Visibility.SUPPLY)


def test_a_file_comes_with_a_reply_for_the_same_people(talk: Talk) -> None:
    talk.reply(talk.supply, file="样品照片.txt")
    talk.reply(talk.supply, file="公开.txt", visibility=Visibility.PARTIES)

    def names(who: Viewer) -> set[str]:
        return {file.newest.name for file in list_files(talk.session, who, SubjectKind.DEAL, talk.id)}

    assert names(talk.owner) == names(talk.supply) == {"样品照片.txt", "公开.txt"}
    assert names(talk.demand) == {"公开.txt"}
    [with_file] = [line for line in deal_timeline(talk.session, talk.supply, talk.id).items if line.text][1:]
    assert [file.name for file in with_file.files] == ["样品照片.txt"]


def test_a_reply_stays_in_the_queue_until_the_society_says_how_things_stand(talk: Talk) -> None:
    assert talk.parts(2) == {"waiting": 2}
    talk.reply(talk.supply, days=2)
    talk.reply(talk.supply, "补充", days=4)
    assert talk.parts(5) == {"replied": 3}
    assert talk.deal.waiting_for is PartyRole.SUPPLY
    talk.wait(talk.now + 6 * DAY)
    assert talk.parts(7) == {"waiting": 1}
    talk.reply(talk.supply, days=8)
    answer = AnswerCreate(side=PartyRole.SUPPLY, answered_on=day_of(talk.now + 8 * DAY))
    record_answer(talk.session, talk.owner, talk.id, answer, now=talk.now + 9 * DAY)
    assert talk.parts(9) == {}
    assert talk.deal.waiting_for is None


def test_what_a_side_writes_unasked_waits_beside_the_answer_of_the_other(talk: Talk) -> None:
    talk.reply(talk.demand)
    assert talk.parts(3) == {"replied": 2, "waiting": 3}
    assert talk.lies(talk.owner) == talk.lies(talk.demand) == [PartyRole.DEMAND]
    assert talk.lies(talk.supply) == []
    record_answer(talk.session, talk.owner, talk.id, AnswerCreate(side=PartyRole.DEMAND), now=talk.now + 3 * DAY)
    assert talk.parts(3) == {"waiting": 3}


def test_the_other_side_and_a_further_supplier_of_later_do_not_learn_that_one_replied(talk: Talk) -> None:
    talk.reply(talk.supply)
    late = talk.world.supplier("后来者")
    joined = DealParty(deal_id=talk.deal.key, role=PartyRole.SUPPLY, supplier_id=late.key, joined_at=talk.now + 2 * DAY)
    talk.session.add(joined)
    talk.session.flush()
    person = talk.world.viewer(Role.SUPPLIER, name="后来人")
    newcomer = Viewer(person.person_id, person.roles, suppliers=frozenset({late.key}), at=talk.now)
    assert talk.lies(talk.demand) == talk.lies(newcomer) == []
    assert show_deal(talk.session, newcomer, talk.id, now=talk.now).waiting_for is PartyRole.SUPPLY


def test_a_reply_is_no_act_of_the_society(talk: Talk) -> None:
    before, version = talk.deal.last_activity_at, talk.deal.version
    talk.reply(talk.supply, days=30)
    assert talk.deal.last_activity_at == before
    assert talk.deal.version > version  # who acts from a page without the reply is told first
    form = NextStepUpdate(no_step_reason="等", version=version)
    with pytest.raises(Conflict, match="changed_meanwhile"):
        set_next_step(talk.session, talk.owner, talk.id, form, now=talk.now)
    pause_deal(talk.session, talk.owner, talk.id, StatusMove(reason=ReasonCode.CAPACITY), now=talk.now)
    talk.reply(talk.supply, days=40)
    assert talk.parts(41)["replied"] == 11  # also while the deal rests


def test_a_reply_that_nobody_has_read_is_not_taken_up_with_an_earlier_one(talk: Talk) -> None:
    talk.reply(talk.supply)
    seen = talk.deal.version
    talk.reply(talk.supply, "我们撤回")
    answer = AnswerCreate(side=PartyRole.SUPPLY, version=seen)
    with pytest.raises(Conflict, match="changed_meanwhile"):
        record_answer(talk.session, talk.owner, talk.id, answer, now=talk.now + 2 * DAY)
    assert talk.lies(talk.owner) == [PartyRole.SUPPLY]


def test_nobody_is_to_be_reminded_whose_reply_lies_there(talk: Talk) -> None:
    def proposed() -> set[NextAction]:
        found = propose_actions(talk.session, talk.owner, talk.id, now=talk.now + 30 * DAY)
        return {one.action for one in found}

    assert NextAction.REMIND in proposed()
    talk.reply(talk.supply, days=29)
    assert NextAction.REMIND not in proposed()


def test_the_owner_is_told_once_a_day_of_what_a_side_writes_until_it_was_read(talk: Talk) -> None:
    first = talk.reply(talk.supply)
    talk.reply(talk.supply, "又及")
    [message] = talk.told()
    assert message.params == {"deal": talk.id, "side": "supply", "path": f"/deals/{talk.id}/events/{first.public_id}"}
    talk.reply(talk.demand)
    assert len(talk.told()) == 2
    talk.reply(talk.supply, days=3)
    assert len(talk.told()) == 3
    talk.told()[-1].read_at = talk.now
    talk.reply(talk.supply, days=3)
    assert len(talk.told()) == 4
    record_answer(talk.session, talk.owner, talk.id, AnswerCreate(side=PartyRole.SUPPLY), now=talk.now + 3 * DAY)
    talk.reply(talk.supply, "又有一事", days=3)  # what went before was read on the deal's page
    assert len(talk.told()) == 5


def test_a_reply_that_nobody_takes_up_is_reminded_of_in_place_of_the_answer(talk: Talk) -> None:
    def waiting() -> list[tuple[ReminderKind, str]]:
        untold = (col(Reminder.cancelled_at).is_(None), col(Reminder.fired_at).is_(None))
        rows = select(Reminder).where(*untold, Reminder.rung == ReminderRung.OWNER)
        asked = (ReminderKind.FEEDBACK, ReminderKind.REPLY)
        return sorted((row.kind, str(row.params["side"])) for row in talk.session.exec(rows) if row.kind in asked)

    demand = (ReminderKind.FEEDBACK, "demand")  # introduced, and has not answered
    assert waiting() == [demand, (ReminderKind.FEEDBACK, "supply")]
    talk.reply(talk.supply)
    assert waiting() == [demand, (ReminderKind.REPLY, "supply")]
    [reply] = talk.session.exec(select(Reminder).where(Reminder.kind == ReminderKind.REPLY)).all()
    at = reply.due_at
    assert talk.now + 2 * DAY < at < talk.now + 7 * DAY
    assert fire_reminder(talk.session, reply.key, now=at)
    [message] = list_inbox(talk.session, talk.owner, now=at, language=Language.ZH).items[:1]
    assert "至今无人处理" in message.text
    talk.wait(at)
    assert waiting() == [demand, (ReminderKind.FEEDBACK, "supply")]


def test_only_who_takes_part_replies(talk: Talk) -> None:
    for stranger in (talk.world.viewer(Role.SUPPLIER), talk.world.staff("外人")):
        edit_deal(talk.session, talk.owner, talk.id, DealUpdate(team_only=True), now=talk.now)
        with pytest.raises(NotFound):
            talk.reply(stranger)
    with pytest.raises(Refused, match="reply_of_sides"):
        talk.reply(talk.owner)
    assert talk.reply(talk.supply).actor_id == talk.supply.person_id  # also where only the team sees the deal
    remove_party(talk.session, talk.owner, talk.id, 2, PartRemoved(reason=ReasonCode.CAPACITY), now=talk.now)
    with pytest.raises(NotFound):
        talk.reply(talk.supply)


def test_what_a_removed_side_wrote_can_still_be_taken_up(talk: Talk) -> None:
    talk.reply(talk.supply)
    remove_party(talk.session, talk.owner, talk.id, 2, PartRemoved(reason=ReasonCode.CAPACITY), now=talk.now)
    assert talk.parts(2) == {"replied": 1}
    answer = AnswerCreate(side=PartyRole.SUPPLY)
    record_answer(talk.session, talk.owner, talk.id, answer, now=talk.now + 2 * DAY)
    assert talk.parts(2) == {}
    with pytest.raises(NotFound, match="no_such_side"):
        record_answer(talk.session, talk.owner, talk.id, answer, now=talk.now + 2 * DAY)


@pytest.mark.parametrize("turn", [PartyRole.SUPPLY, PartyRole.DEMAND, None])
def test_what_a_side_wrote_unasked_is_not_taken_up_with_the_answer_of_the_other(
    talk: Talk, turn: PartyRole | None
) -> None:
    talk.reply(talk.supply)
    talk.reply(talk.demand, "另有一事")
    talk.wait(talk.now + 2 * DAY, turn)
    unasked = [] if turn is PartyRole.DEMAND else [PartyRole.DEMAND]
    assert talk.lies(talk.owner) == talk.lies(talk.demand) == unasked
    assert talk.lies(talk.supply) == []


def test_what_a_side_writes_after_its_answer_is_not_taken_up_with_a_turn_of_the_other(talk: Talk) -> None:
    talk.reply(talk.supply)
    record_answer(talk.session, talk.owner, talk.id, AnswerCreate(side=PartyRole.SUPPLY), now=talk.now + 2 * DAY)
    talk.reply(talk.supply, "还有一点", days=3)
    talk.wait(talk.now + 4 * DAY, PartyRole.DEMAND)
    assert talk.lies(talk.owner) == [PartyRole.SUPPLY]


def test_a_deal_that_has_ended_or_is_archived_takes_no_reply(talk: Talk) -> None:
    archive_deal(talk.session, talk.owner, talk.id, now=talk.now)
    with pytest.raises(Conflict, match="put_away"):
        talk.reply(talk.supply)
    talk.deal.archived_at = None
    lose_deal(talk.session, talk.owner, talk.id, StatusMove(reason=ReasonCode.NO_ANSWER), now=talk.now)
    with pytest.raises(Conflict, match="reply_too_late"):
        talk.reply(talk.supply)


def test_on_a_deal_that_has_ended_nobody_is_told_that_a_reply_still_lies_there(talk: Talk) -> None:
    talk.reply(talk.supply)
    lose_deal(talk.session, talk.owner, talk.id, StatusMove(reason=ReasonCode.NO_ANSWER), now=talk.now)
    assert talk.lies(talk.supply) == talk.lies(talk.owner) == []
    again = StatusMove(reason=ReasonCode.CIRCUMSTANCES_CHANGED)
    revive_deal(talk.session, talk.world.viewer(Role.LEAD), talk.id, again, now=talk.now + DAY)
    assert talk.lies(talk.supply) == talk.lies(talk.owner) == [PartyRole.SUPPLY]
    archive_deal(talk.session, talk.owner, talk.id, now=talk.now + DAY)
    assert talk.lies(talk.supply) == talk.lies(talk.owner) == []


def test_a_deal_on_which_a_reply_lies_joins_no_other(talk: Talk) -> None:
    talk.reply(talk.supply)
    other = start_deal(talk.session, talk.owner, DealCreate(title="总项目"), now=talk.now)
    merge = DealMerge(deal=talk.id, note="同一件事")
    with pytest.raises(Conflict, match="merge_replies"):
        merge_deals(talk.session, talk.owner, other.public_id, merge, now=talk.now)
    talk.wait(talk.now + DAY)
    merge_deals(talk.session, talk.owner, other.public_id, merge, now=talk.now + DAY)
    assert talk.deal.merged_into_id == other.key


def test_who_takes_part_on_two_sides_says_for_which(talk: Talk) -> None:
    firm = talk.session.exec(select(DealParty).where(DealParty.role == PartyRole.DEMAND)).one().organisation_id
    talk.session.add(DealParty(deal_id=talk.deal.key, role=PartyRole.PARTNER, organisation_id=firm))
    talk.session.flush()
    with pytest.raises(Invalid):
        talk.reply(talk.demand)
    with pytest.raises(Invalid, match="not_your_side"):
        talk.reply(talk.demand, side=PartyRole.SUPPLY)
    assert talk.reply(talk.demand, side=PartyRole.PARTNER).visibility is Visibility.PARTNER


@pytest.mark.parametrize("readers", [Visibility.DEMAND, Visibility.STAFF, Visibility.TEAM])
def test_a_side_does_not_write_to_the_others_or_to_the_team_alone(talk: Talk, readers: Visibility) -> None:
    with pytest.raises(Invalid, match="reply_readers"):
        talk.reply(talk.supply, visibility=readers)


@pytest.mark.parametrize("text", ["", "  \n", "\u200b\u3000", "字" * 100_000, "a\0b"])
def test_a_reply_of_which_nothing_can_be_kept_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        ReplyCreate(text=text)


def test_control_characters_are_taken_out_of_a_reply() -> None:
    assert ReplyCreate(text="可\x07以\x1b[2J").text == "可以[2J"


def test_the_society_can_show_a_reply_to_fewer_but_never_to_more(talk: Talk) -> None:
    open_one = talk.reply(talk.supply, "给各方", file="公开.txt", visibility=Visibility.PARTIES)
    own_one = talk.reply(talk.supply, "只给我方", file="内部.txt")
    for entry, readers in ((own_one, Visibility.PARTIES), (own_one, Visibility.DEMAND), (open_one, Visibility.STAFF)):
        with pytest.raises(Conflict, match="entry_fixed"):
            show_entry_to(
                talk.session, talk.owner, talk.id, entry.public_id, EntryRights(visibility=readers), now=talk.now
            )
    files = {file.newest.name: file for file in list_files(talk.session, talk.owner, SubjectKind.DEAL, talk.id)}
    all_sides = FileRights(visibility=Visibility.PARTIES)
    with pytest.raises(Conflict, match="of_a_side"):
        change_rights(talk.session, talk.owner, files["内部.txt"].public_id, all_sides, now=talk.now)
    for_side = EntryRights(visibility=Visibility.SUPPLY)
    show_entry_to(talk.session, talk.owner, talk.id, open_one.public_id, for_side, now=talk.now + 2 * DAY)
    assert talk.read(talk.demand) == []
    assert list_files(talk.session, talk.demand, SubjectKind.DEAL, talk.id) == []
    assert len(talk.read(talk.supply)) == 2
    for readers in (Visibility.STAFF, Visibility.SUPPLY):  # what was hidden by mistake is for its side again
        own = FileRights(visibility=readers)
        change_rights(talk.session, talk.owner, files["内部.txt"].public_id, own, now=talk.now)
    assert len(list_files(talk.session, talk.supply, SubjectKind.DEAL, talk.id)) == 2
    with pytest.raises(Conflict, match="of_a_side"):
        change_rights(talk.session, talk.owner, files["内部.txt"].public_id, all_sides, now=talk.now)
    stored = talk.session.exec(select(Deal).where(Deal.public_id == talk.id)).one()
    assert stored.waiting_for is PartyRole.SUPPLY
