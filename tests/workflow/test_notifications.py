"""How a notification reaches a person: on which channel, when, and what of it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlmodel import col, select

from core.database import WriteSession
from core.errors import Invalid, NotFound
from core.i18n import Language
from core.settings import get_settings
from models.access import Viewer, viewer_of
from models.deal import Contract, Deal, DealParty
from models.deal_enums import ContractKind, PartyRole
from models.deal_forms import DealCreate
from models.enums import DisclosureLevel, Role, SubjectKind
from models.notice import MuteForm, NoticeChoice, NoticeHoursForm
from models.notice_enums import Channel, NoticeKind, NoticeTiming
from models.person import Person
from models.work import OutboxMessage
from tests.workflow.deal_world import World
from workflow.deals import start_deal
from workflow.notifications import (
    claim_message,
    count_unread,
    due_digests,
    list_inbox,
    mark_failed,
    mark_read,
    mark_sent,
    message_to_send,
    notify,
    write_digest,
)
from workflow.notifications.channels import set_channel
from workflow.notifications.dead_letters import list_dead_letters, retry_dead_letters
from workflow.notifications.wishes import choose_hours, choose_timings, mute, own_wishes, unmute

DAY = timedelta(days=1)
TOMORROW = datetime(2026, 3, 3, 0, 30, tzinfo=UTC)
"""Half past eight in Shanghai on the day after."""
MONDAY = TOMORROW + 6 * DAY


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def staff(world: World) -> Viewer:
    return world.staff("李工")


@pytest.fixture
def deal(world: World, staff: Viewer) -> Deal:
    return start(world, staff, "联合攻关")


def start(world: World, staff: Viewer, title: str) -> Deal:
    form = DealCreate(title=title, next_step="寄样品", next_step_due=date(2026, 3, 2))
    return start_deal(world.session, staff, form, now=world.now)


def tell(
    world: World,
    viewer: Viewer,
    deal: Deal,
    key: str = "k",
    *,
    now: datetime | None = None,
    kind: NoticeKind = NoticeKind.NEXT_STEP,
    late: bool = False,
    due: str = "2026-03-02",
) -> None:
    assert viewer.person_id is not None
    notify(
        world.session,
        viewer.person_id,
        "reminder.next_step",
        kind=kind,
        params={"deal": deal.public_id, "due": due},
        subject_kind=SubjectKind.DEAL,
        subject_id=deal.key,
        dedupe_key=f"{key}:{deal.key}",
        now=now or world.now,
        for_digest=late,
    )


def outside(session: WriteSession) -> list[OutboxMessage]:
    """Everything that leaves, in the order in which it was written."""
    wanted = select(OutboxMessage).where(OutboxMessage.channel != Channel.IN_APP).order_by(col(OutboxMessage.id))
    return list(session.exec(wanted))


def choose(world: World, viewer: Viewer, timing: NoticeTiming, channel: Channel = Channel.MAIL) -> None:
    choose_timings(world.session, viewer, [NoticeChoice(kind=NoticeKind.NEXT_STEP, channel=channel, timing=timing)])


def unread(world: World, viewer: Viewer, now: datetime | None = None) -> list[str]:
    found = list_inbox(world.session, viewer, now=now or world.now, language=Language.EN, unread_only=True)
    assert count_unread(world.session, viewer, now=now or world.now) == found.total
    return [message.text for message in found.items]


@pytest.mark.parametrize(
    ("timing", "expected"),
    [
        (NoticeTiming.INSTANT, [(False, None)]),
        (NoticeTiming.DAILY, [(True, TOMORROW)]),
        (NoticeTiming.WEEKLY, [(True, MONDAY)]),
        (NoticeTiming.OFF, []),
    ],
)
def test_a_kind_is_told_when_its_person_wants_it_and_always_in_the_application(
    world: World, staff: Viewer, deal: Deal, timing: NoticeTiming, expected: list[tuple[bool, datetime | None]]
) -> None:
    choose(world, staff, timing)
    tell(world, staff, deal)
    rows = outside(world.session)
    assert [(row.for_digest, row.next_attempt_at) for row in rows] == [(held, at or world.now) for held, at in expected]
    [text] = unread(world, staff)
    assert text.startswith("“联合攻关”: the next step (寄样品), due 2026-03-02, is open.")


def test_a_group_is_told_only_what_somebody_asked_for(world: World, staff: Viewer, deal: Deal) -> None:
    admin = world.viewer(Role.SYSTEM_ADMIN)
    set_channel(world.session, admin, Channel.DINGTALK, "dingtalk://4f0c2a9e77b14d55", now=world.now)
    tell(world, staff, deal, "first")
    choose(world, staff, NoticeTiming.INSTANT, Channel.DINGTALK)
    tell(world, staff, deal, "second")
    assert [row.channel for row in outside(world.session)] == [Channel.CONSOLE, Channel.CONSOLE, Channel.DINGTALK]


def test_the_societys_groups_are_told_nothing_of_anybody_elses_wishes(world: World, staff: Viewer, deal: Deal) -> None:
    admin = world.viewer(Role.SYSTEM_ADMIN)
    set_channel(world.session, admin, Channel.DINGTALK, "dingtalk://4f0c2a9e77b14d55", now=world.now)
    asker = world.viewer(Role.ENTERPRISE_MEMBER, world.organisation("甲公司"))
    assert own_wishes(world.session, asker, now=world.now).channels == [Channel.MAIL]
    with pytest.raises(Invalid):
        choose(world, asker, NoticeTiming.INSTANT, Channel.DINGTALK)
    choose(world, staff, NoticeTiming.INSTANT, Channel.DINGTALK)
    tell(world, staff, deal, "before")
    assert [row.channel for row in outside(world.session)] == [Channel.CONSOLE, Channel.DINGTALK]
    leave(world, staff)
    tell(world, staff, deal, "after")
    assert [row.channel for row in outside(world.session)][2:] == [Channel.CONSOLE]


def test_a_mail_names_at_its_foot_whom_to_turn_to(
    world: World, staff: Viewer, deal: Deal, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(world, staff, NoticeTiming.INSTANT)
    tell(world, staff, deal)
    [mail] = outside(world.session)

    def body() -> str:
        composed = message_to_send(world.session, mail.key, now=world.now)
        assert composed is not None
        return composed.body

    assert "有事请联系" not in body()
    monkeypatch.setenv("KEQIAO_CONTACT_NAME", "对接办公室")
    get_settings.cache_clear()
    try:
        assert "有事请联系：对接办公室\n通知方式可在" in body()
    finally:
        get_settings.cache_clear()


def test_what_is_over_the_weeks_budget_goes_into_the_digest_until_monday(
    world: World, staff: Viewer, deal: Deal
) -> None:
    choose_hours(world.session, staff, NoticeHoursForm(weekly_budget=2))
    for key in "abc":
        tell(world, staff, deal, key)
    tell(world, staff, deal, "d", now=MONDAY)
    assert [row.for_digest for row in outside(world.session)] == [False, False, True, False]


def test_nobody_is_woken_in_quiet_hours(world: World, staff: Viewer, deal: Deal) -> None:
    choose_hours(world.session, staff, NoticeHoursForm(quiet_from=time(21), quiet_to=time(9)))
    night = datetime(2026, 3, 2, 15, tzinfo=UTC)  # 23:00
    tell(world, staff, deal, "at night", now=night)
    tell(world, staff, deal, "late anyway", now=night, late=True)
    choose(world, staff, NoticeTiming.DAILY)
    tell(world, staff, deal, "daily", now=night)
    assert {row.next_attempt_at for row in outside(world.session)} == {datetime(2026, 3, 3, 1, tzinfo=UTC)}


@pytest.mark.parametrize("what", ["kind", "deal"])
def test_what_is_muted_stays_in_the_application_as_read(world: World, staff: Viewer, deal: Deal, what: str) -> None:
    form = MuteForm(kind=NoticeKind.NEXT_STEP) if what == "kind" else MuteForm(deal=deal.public_id)
    row = mute(world.session, staff, form, now=world.now)
    tell(world, staff, deal, "muted")
    assert outside(world.session) == []
    assert unread(world, staff) == []
    assert list_inbox(world.session, staff, now=world.now, language=Language.EN).total == 1
    unmute(world.session, staff, row.key)
    tell(world, staff, deal, "again")
    assert len(outside(world.session)) == 1


def test_what_is_snoozed_comes_on_its_day_in_one_digest(world: World, staff: Viewer, deal: Deal) -> None:
    other = start(world, staff, "另一个")
    mute(world.session, staff, MuteForm(deal=deal.public_id, until=date(2026, 3, 9)), now=world.now)
    for key in "ab":
        tell(world, staff, deal, key)
    tell(world, staff, other)
    assert [row.for_digest for row in outside(world.session)] == [True, True, False]
    assert len(unread(world, staff)) == 1
    assert len(unread(world, staff, MONDAY)) == 3
    assert due_digests(world.session, now=MONDAY - timedelta(seconds=1)) == []
    assert [text.count("\n") for text in digests(world, MONDAY)] == [2]


def test_what_was_written_before_is_snoozed_or_muted_with_the_rest(world: World, staff: Viewer, deal: Deal) -> None:
    tell(world, staff, deal, "at once")
    choose(world, staff, NoticeTiming.DAILY)
    tell(world, staff, deal, "gathered")
    mute(world.session, staff, MuteForm(deal=deal.public_id, until=date(2026, 3, 9)), now=world.now)
    assert unread(world, staff) == []
    assert claim_message(world.session, now=TOMORROW) is None
    assert due_digests(world.session, now=TOMORROW) == []
    assert len(unread(world, staff, MONDAY)) == 2
    mute(world.session, staff, MuteForm(deal=deal.public_id), now=world.now)
    assert unread(world, staff, MONDAY) == []
    assert digests(world, MONDAY) == []


def digests(world: World, now: datetime) -> list[str]:
    """The digests that are written at an instant, as they are sent then."""
    for person_id, channel in due_digests(world.session, now=now):
        write_digest(world.session, person_id, channel, now=now)
    texts = []
    while (key := claim_message(world.session, now=now)) is not None:
        message = message_to_send(world.session, key, now=now)
        if message is not None and message.items:
            texts.append(message.text)
        mark_sent(world.session, key, now=now)
    return texts


def test_a_digest_tells_everything_once_the_most_valuable_first(world: World, staff: Viewer) -> None:
    choose(world, staff, NoticeTiming.DAILY)
    small, large, overdue = (start(world, staff, title) for title in ("小项目", "大项目", "久拖的项目"))
    for deal, wan in ((small, 1), (large, 999), (overdue, 99)):
        world.session.add(Contract(deal_id=deal.key, kind=ContractKind.DEVELOPMENT, amount=wan * 10_000 * 100))
    world.session.flush()
    tell(world, staff, small, due="2026-03-03")
    tell(world, staff, large, due="2026-03-03")
    tell(world, staff, overdue, due="2026-02-10")
    [text] = digests(world, TOMORROW)
    titles = [line.partition("“")[2].partition("”")[0] for line in text.splitlines()[1:]]
    assert titles == ["久拖的项目", "大项目", "小项目"]  # 2 × 3, 1 × 4, 1 × 1.3
    assert digests(world, TOMORROW + DAY) == []


def test_what_was_late_when_the_worker_came_back_is_one_digest_a_channel(world: World, staff: Viewer) -> None:
    set_channel(
        world.session, world.viewer(Role.SYSTEM_ADMIN), Channel.FEISHU, "feishu://4f0c2a9e77b14d55", now=world.now
    )
    choose(world, staff, NoticeTiming.WEEKLY, Channel.FEISHU)
    for place in range(30):
        tell(world, staff, start(world, staff, f"项目{place}"), late=True)
    assert [text.count("\n") for text in digests(world, world.now)] == [30, 30]


@pytest.mark.parametrize("why", ["read", "muted", "switched off", "no longer allowed"])
def test_a_digest_that_would_be_empty_is_not_written(world: World, staff: Viewer, deal: Deal, why: str) -> None:
    choose(world, staff, NoticeTiming.DAILY)
    tell(world, staff, deal)
    match why:
        case "read":
            mark_read(world.session, staff, now=world.now)
        case "muted":
            mute(world.session, staff, MuteForm(deal=deal.public_id), now=world.now)
        case "switched off":
            choose(world, staff, NoticeTiming.OFF)
        case _:
            leave(world, staff)
    assert digests(world, TOMORROW) == []
    assert due_digests(world.session, now=TOMORROW + DAY) == []


@pytest.mark.parametrize("why", ["read", "muted", "switched off", "no longer allowed"])
@pytest.mark.parametrize("timing", [NoticeTiming.INSTANT, NoticeTiming.DAILY])
def test_what_was_given_up_is_not_sent_again_when_it_is_no_longer_wanted(
    world: World, staff: Viewer, deal: Deal, timing: NoticeTiming, why: str
) -> None:
    choose(world, staff, timing)
    tell(world, staff, deal)
    for person_id, channel in due_digests(world.session, now=TOMORROW):
        write_digest(world.session, person_id, channel, now=TOMORROW)
    key = claim_message(world.session, now=TOMORROW)
    assert key is not None
    mark_failed(world.session, key, "550 no such mailbox", now=TOMORROW, for_good=True)
    world.session.flush()
    match why:
        case "read":
            mark_read(world.session, staff, now=world.now)
        case "muted":
            mute(world.session, staff, MuteForm(deal=deal.public_id), now=world.now)
        case "switched off":
            choose(world, staff, NoticeTiming.OFF)
        case _:
            leave(world, staff)
    admin = world.viewer(Role.SYSTEM_ADMIN)
    assert retry_dead_letters(world.session, admin, now=TOMORROW) == []
    assert list_dead_letters(world.session, admin).total == 0
    assert claim_message(world.session, now=TOMORROW + DAY) is None


def leave(world: World, viewer: Viewer) -> None:
    assert viewer.person_id is not None
    for membership in world.memberships(viewer.person_id):
        membership.valid_to = world.now
    world.session.flush()


def test_a_digest_leaves_out_what_its_reader_may_no_longer_read_when_it_is_sent(world: World, staff: Viewer) -> None:
    choose(world, staff, NoticeTiming.DAILY)
    kept, lost = start(world, staff, "留下的"), start(world, staff, "交出的")
    tell(world, staff, kept)
    tell(world, staff, lost)
    [(person_id, channel)] = due_digests(world.session, now=TOMORROW)
    write_digest(world.session, person_id, channel, now=TOMORROW)
    lost.owner_id, lost.team_only = world.person().key, True
    world.session.flush()
    key = claim_message(world.session, now=TOMORROW)
    assert key is not None
    message = message_to_send(world.session, key, now=TOMORROW)
    assert message is not None
    assert "留下的" in message.text
    assert "交出的" not in message.text + message.body + message.group_text


def test_a_message_is_not_sent_to_somebody_who_may_no_longer_read_it(world: World, staff: Viewer, deal: Deal) -> None:
    tell(world, staff, deal)
    key = claim_message(world.session, now=world.now)
    assert key is not None
    leave(world, staff)
    assert message_to_send(world.session, key, now=world.now) is None
    assert staff.person_id is not None
    assert unread(world, viewer_of(world.session, staff.person_id, world.now)) == []


def test_a_disabled_user_is_sent_nothing(world: World, staff: Viewer, deal: Deal) -> None:
    tell(world, staff, deal)
    key = claim_message(world.session, now=world.now)
    assert key is not None
    world.sign_in_of(staff).disabled_at = world.now
    world.session.flush()
    assert message_to_send(world.session, key, now=world.now) is None


def test_messages_are_read_one_by_one_or_all_at_once_and_only_by_their_person(
    world: World, staff: Viewer, deal: Deal
) -> None:
    for key in "abc":
        tell(world, staff, deal, key)
    message = list_inbox(world.session, staff, now=world.now, language=Language.EN).items[0]
    with pytest.raises(NotFound):
        mark_read(world.session, world.staff("somebody else"), message.id, now=world.now)
    mark_read(world.session, staff, message.id, now=world.now)
    assert len(unread(world, staff)) == 2
    mark_read(world.session, staff, now=world.now)
    assert unread(world, staff) == []


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (MuteForm(), "notice.mute_one_thing"),
        (MuteForm(kind=NoticeKind.PAYMENT, deal="abc"), "notice.mute_one_thing"),
        (MuteForm(kind=NoticeKind.PAYMENT, until=date(2026, 3, 2)), "notice.until_in_future"),
    ],
)
def test_a_mute_that_makes_no_sense_is_refused(world: World, staff: Viewer, form: MuteForm, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        mute(world.session, staff, form, now=world.now)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_nobody_mutes_what_he_may_not_see_or_what_another_muted(world: World, staff: Viewer, deal: Deal) -> None:
    stranger = world.viewer(Role.SUPPLIER)
    with pytest.raises(NotFound):
        mute(world.session, stranger, MuteForm(deal=deal.public_id), now=world.now)
    row = mute(world.session, staff, MuteForm(deal=deal.public_id), now=world.now)
    with pytest.raises(NotFound):
        unmute(world.session, stranger, row.key)
    assert [one.deal for one in own_wishes(world.session, staff, now=world.now).mutes] == [deal.public_id]


def test_a_mute_tells_the_title_only_to_whoever_may_read_it_now(world: World, staff: Viewer, deal: Deal) -> None:
    def title_for(viewer: Viewer) -> str:
        mute(world.session, viewer, MuteForm(deal=deal.public_id), now=world.now)
        [muted] = own_wishes(world.session, viewer, now=world.now).mutes
        return muted.title

    colleague, expert = world.staff("王工"), world.viewer(Role.SUPPLIER, name="专家")
    supplier = world.supplier(person=world.session.get_one(Person, expert.person_id))
    world.session.add(DealParty(deal_id=deal.key, role=PartyRole.SUPPLY, supplier_id=supplier.key))
    deal.need_id = world.need(disclosure=DisclosureLevel.CARD).key
    world.session.flush()
    assert expert.person_id is not None
    party = viewer_of(world.session, expert.person_id, world.now)
    assert [title_for(viewer) for viewer in (staff, colleague, party)] == ["联合攻关", "联合攻关", ""]
    deal.need_id, deal.team_only, deal.title = None, True, "只有团队知道的新名"
    world.session.flush()
    [muted] = own_wishes(world.session, colleague, now=world.now).mutes
    assert (muted.deal, muted.title) == (deal.public_id, "")


def test_quiet_hours_need_both_ends_and_the_application_cannot_be_switched_off(world: World, staff: Viewer) -> None:
    with pytest.raises(Invalid):
        choose_hours(world.session, staff, NoticeHoursForm(quiet_from=time(22)))
    with pytest.raises(Invalid):
        choose(world, staff, NoticeTiming.OFF, Channel.IN_APP)
