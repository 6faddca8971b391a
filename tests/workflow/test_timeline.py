"""The timeline of a deal: what stands in it, how it is filtered and found again, and who reads which line."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlmodel import col, select

from core.database import WriteSession
from core.errors import Conflict, Invalid, NotFound
from core.i18n import Language, translator
from models.access import Viewer
from models.deal import Deal
from models.deal_enums import ContractKind, EntryKind, NoteKind, PaymentPlan, Visibility
from models.deal_forms import (
    ContractCreate,
    ContractUpdate,
    DealUpdate,
    EntryRights,
    MailCreate,
    NextStepUpdate,
    NoteCreate,
    StageMove,
)
from models.deal_public import EventPublic
from models.enums import ReasonCode, SubjectKind
from models.file import FileRights
from models.history import Event
from tests.workflow.deal_world import World
from tests.workflow.file_samples import PDF, TEXT, store_in
from tests.workflow.test_files import deal_between, put
from tracking.timeline import CODES
from workflow.deals import (
    EntryFilter,
    add_mail,
    add_note,
    advance_deal,
    archive_deal,
    deal_timeline,
    edit_contract,
    edit_deal,
    list_deals,
    page_of_entry,
    read_entry,
    receive_mail,
    receive_pasted,
    set_next_step,
    show_deal,
    show_entry_to,
)
from workflow.files import FileStore, change_rights, list_files

SIDES = (Visibility.PARTIES, Visibility.DEMAND, Visibility.SUPPLY, Visibility.STAFF, Visibility.TEAM)


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return store_in(tmp_path)


def entries(world: World, viewer: Viewer, deal: Deal, wanted: EntryFilter | None = None) -> list[EventPublic]:
    return list(deal_timeline(world.session, viewer, deal.public_id, wanted).items)


def texts(world: World, viewer: Viewer, deal: Deal, wanted: EntryFilter | None = None) -> set[str]:
    return {event.text for event in entries(world, viewer, deal, wanted) if event.text}


def test_each_line_is_read_by_those_it_is_meant_for(world: World, now: datetime) -> None:
    session, owner, colleague = world.session, world.staff(), world.staff("同事")
    deal, demand, supply = deal_between(world, owner)
    for visibility in SIDES:
        add_note(session, owner, deal.public_id, NoteCreate(text=visibility.value, visibility=visibility), now=now)
    assert texts(world, owner, deal) == {visibility.value for visibility in SIDES}
    assert texts(world, colleague, deal) == {"parties", "demand", "supply", "staff"}
    assert texts(world, demand, deal) == {"parties", "demand"}
    assert texts(world, supply, deal) == {"parties", "supply"}


def test_a_side_does_not_learn_from_a_deal_that_something_happened_which_it_may_not_read(
    world: World, now: datetime
) -> None:
    session, owner = world.session, world.staff()
    deal, demand, supply = deal_between(world, owner)
    for hours, visibility in enumerate((Visibility.DEMAND, Visibility.STAFF, Visibility.TEAM), start=1):
        form = NoteCreate(text="x", visibility=visibility)
        add_note(session, owner, deal.public_id, form, now=now + timedelta(hours=hours))
    shown = {}
    for who, viewer in (("owner", owner), ("demand", demand), ("supply", supply)):
        [line] = list_deals(session, viewer, now=now).items
        page = show_deal(session, viewer, deal.public_id, now=now)
        assert (page.version, page.last_activity_at) == (line.version, line.last_activity_at)
        shown[who] = (line.version, line.last_activity_at)
    assert shown == {
        "owner": (deal.version, now + timedelta(hours=3)),
        "demand": (None, now + timedelta(hours=1)),
        "supply": (None, now),
    }


def test_a_line_that_nobody_could_read_is_refused(world: World, now: datetime) -> None:
    session, owner = world.session, world.staff()
    deal, _, _ = deal_between(world, owner)
    for viewer, visibility in ((owner, Visibility.PARTNER), (world.staff("同事"), Visibility.TEAM)):
        with pytest.raises(Invalid):
            add_note(session, viewer, deal.public_id, NoteCreate(text="x", visibility=visibility), now=now)


def test_lines_are_filtered_by_kind_and_by_their_words(world: World, store: FileStore, now: datetime) -> None:
    session, owner = world.session, world.staff()
    deal, _, _ = deal_between(world, owner)
    key = deal.public_id
    add_note(session, owner, key, NoteCreate(kind=NoteKind.CALL, text="样品 已寄出"), now=now)
    add_note(session, owner, key, NoteCreate(kind=NoteKind.MEETING, text="讨论样品"), now=now)
    put(session, owner, SubjectKind.DEAL, key, store, now, name="样品清单.txt")
    mail = receive_pasted(store, "发件人: 甲\n主题: 样品报价\n\n见附件", timedelta(hours=8))
    add_mail(session, owner, key, mail, MailCreate(), store=store, now=now)
    edit_deal(session, owner, key, DealUpdate(team_only=True), now=now)

    def found(kind: EntryKind | None = None, query: str = "") -> list[str]:
        return sorted(event.code for event in entries(world, owner, deal, EntryFilter(kind, query)))

    assert found(EntryKind.CALL) == ["deal.call"]
    assert found(EntryKind.FILE) == ["deal.file_added"]
    assert found(EntryKind.MAIL) == ["deal.mail"]
    assert found(EntryKind.CHANGE) == ["deal.field_changed"]
    assert found(EntryKind.MOVE) == ["deal.opened"]
    assert found(query="样品") == ["deal.call", "deal.file_added", "deal.mail", "deal.meeting"]
    assert found(query="样品 寄出") == ["deal.call"]
    assert found(EntryKind.MEETING, "样品") == ["deal.meeting"]
    assert found(query="100%_") == []
    kinds = {event.code: event.kind for event in entries(world, owner, deal)}
    assert kinds["deal.mail"] is EntryKind.MAIL


def test_words_find_nothing_of_what_is_not_for_the_reader(world: World, store: FileStore, now: datetime) -> None:
    session, owner = world.session, world.staff()
    deal, demand, _ = deal_between(world, owner)
    put(session, owner, SubjectKind.DEAL, deal.public_id, store, now, name="机密.txt")
    add_note(session, owner, deal.public_id, NoteCreate(text="机密"), now=now)
    assert entries(world, demand, deal, EntryFilter(query="机密")) == []


def test_every_line_has_an_address_that_holds_and_tells_strangers_nothing(world: World, now: datetime) -> None:
    session, owner = world.session, world.staff()
    deal, demand, _ = deal_between(world, owner)
    event = add_note(session, owner, deal.public_id, NoteCreate(text="内部"), now=now)
    for number in range(60):
        at = now - timedelta(days=number) if number % 2 else now
        add_note(session, owner, deal.public_id, NoteCreate(text=f"{number}", occurred_at=at), now=now)
    for size in (10, 50):
        number = page_of_entry(session, owner, deal.public_id, event.public_id, size=size)
        page = deal_timeline(session, owner, deal.public_id, page=number, size=size)
        assert event.public_id in [line.public_id for line in page.items]
    assert read_entry(session, owner, deal.public_id, event.public_id).text == "内部"
    other, _, _ = deal_between(world, owner)
    for viewer, key, entry in (
        (demand, deal.public_id, event.public_id),
        (owner, other.public_id, event.public_id),
        (owner, deal.public_id, "nothing"),
    ):
        with pytest.raises(NotFound):
            page_of_entry(session, viewer, key, entry)


def test_a_line_shown_to_others_takes_its_files_along_and_leaves_a_trace(
    world: World, store: FileStore, now: datetime
) -> None:
    session, owner = world.session, world.staff()
    deal, demand, supply = deal_between(world, owner)
    mail = receive_mail(store, _mail("报价", attachments={"报价.pdf": PDF}))
    event = add_mail(session, owner, deal.public_id, mail, MailCreate(), store=store, now=now)
    assert list_files(session, demand, SubjectKind.DEAL, deal.public_id) == []
    form = EntryRights(visibility=Visibility.DEMAND, before=Visibility.STAFF)
    show_entry_to(session, owner, deal.public_id, event.public_id, form, now=now)
    shown = read_entry(session, demand, deal.public_id, event.public_id)
    assert shown.mail is not None
    assert (shown.mail.subject, [file.name for file in shown.files]) == ("报价", ["报价.pdf"])
    assert list_files(session, supply, SubjectKind.DEAL, deal.public_id) == []
    trace = entries(world, owner, deal)[0]
    assert trace.code == "deal.entry_rights"
    assert trace.params == {"entry": event.public_id, "before": "staff", "after": "demand"}
    assert trace.public_id not in [line.public_id for line in entries(world, demand, deal)]
    with pytest.raises(Conflict, match="changed_meanwhile"):
        show_entry_to(session, owner, deal.public_id, event.public_id, form, now=now)


def test_a_file_that_was_kept_for_fewer_than_its_line_stays_theirs(
    world: World, store: FileStore, now: datetime
) -> None:
    session, owner, colleague = world.session, world.staff(), world.staff("同事")
    deal, _, supply = deal_between(world, owner)
    mail = receive_mail(store, _mail("报价", attachments={"底价.txt": TEXT, "报价.pdf": PDF}))
    event = add_mail(session, owner, deal.public_id, mail, MailCreate(), store=store, now=now)
    files = {file.newest.name: file for file in list_files(session, owner, SubjectKind.DEAL, deal.public_id)}
    change_rights(session, owner, files["底价.txt"].public_id, FileRights(visibility=Visibility.TEAM), now=now)
    form = EntryRights(visibility=Visibility.SUPPLY)
    show_entry_to(session, colleague, deal.public_id, event.public_id, form, now=now)
    for reader in (colleague, supply):
        seen = list_files(session, reader, SubjectKind.DEAL, deal.public_id)
        assert [file.newest.name for file in seen] == ["报价.pdf"]


def test_a_line_of_an_archived_deal_can_be_taken_back_but_not_shown_to_more(world: World, now: datetime) -> None:
    session, owner = world.session, world.staff()
    deal, demand, _ = deal_between(world, owner)
    note = NoteCreate(text="x", visibility=Visibility.PARTIES)
    entry = add_note(session, owner, deal.public_id, note, now=now).public_id
    archive_deal(session, owner, deal.public_id, now=now)
    assert texts(world, demand, deal) == {"x"}
    for visibility in (Visibility.STAFF, Visibility.TEAM):
        show_entry_to(session, owner, deal.public_id, entry, EntryRights(visibility=visibility), now=now)
    assert texts(world, demand, deal) == set()
    with pytest.raises(Conflict, match="archived"):
        show_entry_to(session, owner, deal.public_id, entry, EntryRights(visibility=Visibility.STAFF), now=now)


def test_what_the_software_writes_is_not_shown_to_others(world: World, now: datetime) -> None:
    session, owner = world.session, world.staff()
    deal, _, _ = deal_between(world, owner)
    opened = session.exec(select(Event).where(Event.code == "deal.opened", Event.subject_id == deal.key)).one()
    with pytest.raises(Conflict, match="entry_fixed"):
        show_entry_to(
            session, owner, deal.public_id, opened.public_id, EntryRights(visibility=Visibility.TEAM), now=now
        )


def _mail(subject: str, text: str = "正文", attachments: dict[str, bytes] | None = None) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "甲 <a@example.com>", "b@example.com", subject
    made["Date"] = "Sun, 01 Mar 2026 09:00:00 +0800"
    made.set_content(text)
    for name, content in (attachments or {}).items():
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes()


def test_a_mail_stands_at_the_time_it_was_sent_and_its_attachments_are_files(
    world: World, store: FileStore, now: datetime
) -> None:
    session, owner = world.session, world.staff()
    deal, _, _ = deal_between(world, owner)
    raw = _mail("协议", attachments={"协议.pdf": PDF, "记录.txt": TEXT, "tool.exe": b"MZ", "假.pdf": b"MZ"})
    event = add_mail(session, owner, deal.public_id, receive_mail(store, raw), MailCreate(), store=store, now=now)
    shown = read_entry(session, owner, deal.public_id, event.public_id)
    assert shown.occurred_at == datetime(2026, 3, 1, 1, 0, tzinfo=now.tzinfo)
    assert shown.text == "正文"
    assert shown.mail is not None
    assert (shown.mail.sender, shown.mail.recipients, shown.mail.left_out) == ("甲 <a@example.com>", "b@example.com", 2)
    assert sorted(file.name for file in shown.files) == ["协议.pdf", "记录.txt"]
    assert list((store.folder / "incoming").iterdir()) == []


def test_a_long_mail_is_cut_in_the_timeline_and_kept_whole_as_a_file(
    world: World, store: FileStore, now: datetime
) -> None:
    session, owner = world.session, world.staff()
    deal, _, _ = deal_between(world, owner)
    mail = receive_mail(store, _mail("长", text="长文" * 15_000))
    event = add_mail(session, owner, deal.public_id, mail, MailCreate(), store=store, now=now)
    shown = read_entry(session, owner, deal.public_id, event.public_id)
    assert len(shown.text) == 20_000
    assert [(file.name, file.size) for file in shown.files] == [("mail.txt", 90_000)]


def test_a_mail_that_says_nothing_and_one_that_is_none_are_refused(
    world: World, store: FileStore, now: datetime
) -> None:
    session, owner = world.session, world.staff()
    deal, _, _ = deal_between(world, owner)
    for raw in (b"", b"no mail", b"x" * (25 * 2**20 + 1)):
        with pytest.raises(Invalid):
            receive_mail(store, raw)
    with pytest.raises(Invalid, match="mail_empty"):
        add_mail(
            session, owner, deal.public_id, receive_mail(store, b"From: a\n\n"), MailCreate(), store=store, now=now
        )


def test_a_mail_of_a_clock_that_runs_ahead_is_of_now(world: World, store: FileStore, now: datetime) -> None:
    session, owner = world.session, world.staff()
    deal, _, _ = deal_between(world, owner)
    mail = receive_mail(store, b"From: a\nSubject: b\nDate: Fri, 01 Jan 2038 00:00:00 +0000\n\nx")
    event = add_mail(session, owner, deal.public_id, mail, MailCreate(subject="更好的主题"), store=store, now=now)
    assert event.occurred_at == now
    shown = read_entry(session, owner, deal.public_id, event.public_id)
    assert shown.mail is not None
    assert shown.mail.subject == "更好的主题"


def _signed(world: World, owner: Viewer, deal: Deal) -> None:
    contract = ContractCreate(kind=ContractKind.SERVICE, amount=10_000, signed_on=date(2026, 2, 1))
    move = StageMove(to="signed", signing=contract, reason=ReasonCode.KNOWN_PARTNER)
    advance_deal(world.session, owner, deal.public_id, move, now=world.now)


@pytest.mark.parametrize(
    ("change", "params", "text"),
    [
        (
            lambda w, o, d: edit_deal(w.session, o, d, DealUpdate(team_only=True), now=w.now),
            {"field": "team_only", "before": "no", "after": "yes"},
            "",
        ),
        (
            lambda w, o, d: edit_deal(w.session, o, d, DealUpdate(title="新名"), now=w.now),
            {"field": "title"},
            "试制 → 新名",
        ),
        (
            lambda w, o, d: edit_contract(w.session, o, d, 1, ContractUpdate(amount=20_000), now=w.now),
            {
                "field": "amount",
                "before": 10_000,
                "after": 20_000,
                "contract": 1,
                "money_before": "CNY",
                "money_after": "CNY",
            },
            "",
        ),
        (
            lambda w, o, d: edit_contract(w.session, o, d, 1, ContractUpdate(ends_on=date(2027, 1, 1)), now=w.now),
            {"field": "ends_on", "before": None, "after": "2027-01-01", "contract": 1},
            "",
        ),
        (
            lambda w, o, d: edit_contract(
                w.session, o, d, 1, ContractUpdate(payment_plan=PaymentPlan.ONE_OFF), now=w.now
            ),
            {"field": "payment_plan", "before": None, "after": "one_off", "contract": 1},
            "",
        ),
    ],
)
def test_a_change_says_what_a_field_was_and_what_it_is(
    world: World, change: Callable[[World, Viewer, str], object], params: dict[str, object], text: str
) -> None:
    owner = world.staff()
    deal, demand, _ = deal_between(world, owner)
    _signed(world, owner, deal)
    change(world, owner, deal.public_id)
    event = world.session.exec(select(Event).order_by(col(Event.id).desc())).first()
    assert event is not None
    assert (event.params, event.text) == (params, text)
    assert event.code not in [line.code for line in entries(world, demand, deal)]


def test_a_next_step_says_what_it_replaces(world: World, now: datetime) -> None:
    session, owner = world.session, world.staff()
    deal, _, _ = deal_between(world, owner)
    for step, day in (("寄样品", date(2026, 3, 5)), ("电话确认", date(2026, 3, 9))):
        form = NextStepUpdate(next_step=step, next_step_due=day)
        set_next_step(session, owner, deal.public_id, form, now=now)
    latest = entries(world, owner, deal, EntryFilter(EntryKind.STEP))[0]
    assert latest.params == {"due": "2026-03-09", "before": "2026-03-05"}
    assert latest.text == "寄样品 → 电话确认"


@pytest.mark.parametrize("language", Language)
def test_every_code_that_has_a_kind_has_a_sentence(language: Language) -> None:
    t = translator(language)
    assert [code for codes in CODES.values() for code in codes if not t.has(f"event.{code}")] == []
