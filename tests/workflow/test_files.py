"""Files on needs, capabilities and deals: who reads them, their versions, what stays and what goes."""

import io
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from core.database import Database, WriteSession
from core.errors import Conflict, Invalid, NotFound, Refused
from models.access import ANONYMOUS, Viewer
from models.capability import Capability
from models.deal import Deal, DealMember, DealParty
from models.deal_enums import PartyRole, Visibility
from models.deal_forms import DealCreate, DealMerge, EntryRights, MailCreate
from models.enums import DisclosureLevel, Role, SubjectKind
from models.file import Attachment, AttachmentVersion, FileRights, StoredFile
from models.history import Event
from tests.workflow.deal_world import World
from tests.workflow.file_samples import TEXT, store_in
from workflow.deals import (
    add_mail,
    archive_deal,
    deal_timeline,
    merge_deals,
    receive_pasted,
    show_entry_to,
    start_deal,
)
from workflow.files import (
    FileStore,
    add_version,
    attach_file,
    change_rights,
    compare_folder,
    erase_file,
    list_downloads,
    list_files,
    receive_upload,
    show_file,
    sweep_folder,
    take_file,
    withdraw_file,
)
from workflow.files.storage import ABANDONED_AFTER


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return store_in(tmp_path)


def put(
    session: WriteSession,
    viewer: Viewer,
    kind: SubjectKind,
    subject: str,
    store: FileStore,
    now: datetime,
    *,
    name: str = "记录.txt",
    content: bytes = TEXT,
    level: DisclosureLevel | None = None,
    visibility: Visibility | None = None,
) -> Attachment:
    received = receive_upload(store, io.BytesIO(content), name)
    rights = FileRights(disclosure=level, visibility=visibility)
    return attach_file(session, viewer, kind, subject, received, rights, store=store, now=now)


def names(session: WriteSession, viewer: Viewer, kind: SubjectKind, subject: str) -> list[str]:
    try:
        return sorted(file.newest.name for file in list_files(session, viewer, kind, subject))
    except NotFound:
        return ["-"]


def test_files_of_a_need_are_read_from_their_level_on(world: World, store: FileStore, now: datetime) -> None:
    session, firm = world.session, world.organisation()
    staff, other_branch = world.staff(), world.viewer(Role.STAFF, world.organisation("分会"), "分会人员")
    asker, supplier = world.viewer(Role.ENTERPRISE_MEMBER, firm), world.viewer(Role.SUPPLIER)
    need = world.need(firm, disclosure=DisclosureLevel.SUMMARY).public_id
    for level in (1, 2, 3):
        given = DisclosureLevel(level)
        put(session, staff, SubjectKind.NEED, need, store, now, name=f"{level}.txt", level=given)
    read = {
        who: names(session, viewer, SubjectKind.NEED, need)
        for who, viewer in (
            ("anonymous", ANONYMOUS),
            ("supplier", supplier),
            ("other branch", other_branch),
            ("asker", asker),
            ("staff", staff),
        )
    }
    assert read == {
        "anonymous": ["1.txt"],
        "supplier": ["1.txt", "2.txt"],
        "other branch": ["1.txt"],
        "asker": ["1.txt", "2.txt", "3.txt"],
        "staff": ["1.txt", "2.txt", "3.txt"],
    }


def test_who_may_not_read_a_file_learns_nothing_of_it(world: World, store: FileStore, now: datetime) -> None:
    session, staff, supplier = world.session, world.staff(), world.viewer(Role.SUPPLIER)
    need = world.need().public_id
    file = put(session, staff, SubjectKind.NEED, need, store, now).public_id
    for attempt in (
        lambda: show_file(session, supplier, file),
        lambda: take_file(session, supplier, file, now=now),
        lambda: list_downloads(session, supplier, file),
        lambda: withdraw_file(session, supplier, file, now=now),
        lambda: erase_file(session, supplier, file, now=now),
        lambda: change_rights(session, supplier, file, FileRights(), now=now),
    ):
        with pytest.raises(NotFound) as refused:
            attempt()
        assert refused.value.code == "file.not_found"


def test_who_only_reads_an_object_may_not_add_to_it_or_see_who_did(
    world: World, store: FileStore, now: datetime
) -> None:
    session, staff, supplier = world.session, world.staff(), world.viewer(Role.SUPPLIER)
    need = world.need().public_id
    file = put(session, staff, SubjectKind.NEED, need, store, now, level=DisclosureLevel.CARD).public_id
    with pytest.raises(Refused):
        put(session, supplier, SubjectKind.NEED, need, store, now)
    with pytest.raises(Refused):
        list_downloads(session, supplier, file)
    with pytest.raises(Refused):
        withdraw_file(session, supplier, file, now=now)
    assert show_file(session, staff, file).newest.uploaded_by == "staff"
    assert show_file(session, supplier, file).newest.uploaded_by is None


def test_files_of_a_capability_follow_its_levels(world: World, store: FileStore, now: datetime) -> None:
    session, staff, firm = world.session, world.staff(), world.viewer(Role.ENTERPRISE_MEMBER, world.organisation())
    revision = world.capability(world.supplier(), disclosure=DisclosureLevel.SUMMARY)
    capability = session.get_one(Capability, revision.capability_id)
    put(session, staff, SubjectKind.CAPABILITY, capability.public_id, store, now, level=DisclosureLevel.SUMMARY)
    put(session, staff, SubjectKind.CAPABILITY, capability.public_id, store, now, name="内部.txt")
    assert names(session, firm, SubjectKind.CAPABILITY, capability.public_id) == ["记录.txt"]
    assert names(session, ANONYMOUS, SubjectKind.CAPABILITY, capability.public_id) == []
    assert len(names(session, staff, SubjectKind.CAPABILITY, capability.public_id)) == 2
    capability.archived_at = now
    session.flush()
    assert names(session, firm, SubjectKind.CAPABILITY, capability.public_id) == ["-"]
    with pytest.raises(Conflict, match="archived"):
        put(session, staff, SubjectKind.CAPABILITY, capability.public_id, store, now)


def deal_between(world: World, owner: Viewer) -> tuple[Deal, Viewer, Viewer]:
    """A deal with both sides; who is of the demand side, and of the supply side."""
    session, firm = world.session, world.organisation("乙公司")
    expert = world.viewer(Role.SUPPLIER, world.organisation("某大学"), "专家")
    supplier = world.supplier(person=world.person("另一专家"))
    deal = start_deal(session, owner, DealCreate(title="试制"), now=world.now)
    session.add(DealParty(deal_id=deal.key, role=PartyRole.DEMAND, organisation_id=firm.key))
    session.add(DealParty(deal_id=deal.key, role=PartyRole.SUPPLY, supplier_id=supplier.key))
    session.flush()
    expert = Viewer(expert.person_id, expert.roles, suppliers=frozenset({supplier.key}), at=world.now)
    return deal, world.viewer(Role.ENTERPRISE_MEMBER, firm, "企业人员"), expert


def test_files_of_a_deal_are_for_whom_they_were_put_there(world: World, store: FileStore, now: datetime) -> None:
    session, owner = world.session, world.staff()
    deal, demand, supply = deal_between(world, owner)
    colleague, stranger = world.staff("同事"), world.viewer(Role.SUPPLIER, name="路人")
    helper = world.viewer(Role.STAFF, world.organisation("外会"), "助手")
    assert helper.person_id is not None
    session.add(DealMember(deal_id=deal.key, person_id=helper.person_id))
    for visibility in (Visibility.PARTIES, Visibility.DEMAND, Visibility.SUPPLY, Visibility.STAFF, Visibility.TEAM):
        name = f"{visibility}.txt"
        put(session, owner, SubjectKind.DEAL, deal.public_id, store, now, name=name, visibility=visibility)
    of_all, of_society = {"parties.txt"}, {"parties.txt", "demand.txt", "supply.txt", "staff.txt"}
    expected = {
        "owner": (owner, of_society | {"team.txt"}),
        "on the team": (helper, of_society | {"team.txt"}),
        "colleague": (colleague, of_society),
        "demand": (demand, of_all | {"demand.txt"}),
        "supply": (supply, of_all | {"supply.txt"}),
        "stranger": (stranger, {"-"}),
    }
    for who, (viewer, files) in expected.items():
        assert set(names(session, viewer, SubjectKind.DEAL, deal.public_id)) == files, who


def test_a_deal_has_no_levels_and_a_need_no_sides(world: World, store: FileStore, now: datetime) -> None:
    session, owner = world.session, world.staff()
    deal, _, _ = deal_between(world, owner)
    for kind, subject, level, visibility, code in (
        (SubjectKind.DEAL, deal.public_id, DisclosureLevel.CARD, None, "file.level_on_deal"),
        (SubjectKind.NEED, world.need().public_id, None, Visibility.TEAM, "file.visibility_of_deals"),
        (SubjectKind.DEAL, deal.public_id, None, Visibility.PARTNER, "deal.no_such_side"),
    ):
        with pytest.raises(Invalid) as refused:
            put(session, owner, kind, subject, store, now, level=level, visibility=visibility)
        assert refused.value.code == code
    colleague, team = world.staff("同事"), Visibility.TEAM
    with pytest.raises(Invalid, match="not_on_team"):
        put(session, colleague, SubjectKind.DEAL, deal.public_id, store, now, visibility=team)


def test_a_newer_version_leaves_the_older_ones_reachable(world: World, store: FileStore, now: datetime) -> None:
    session, owner = world.session, world.staff()
    deal, _, _ = deal_between(world, owner)
    file = put(session, owner, SubjectKind.DEAL, deal.public_id, store, now).public_id
    newer = receive_upload(store, io.BytesIO(b"second"), "记录（改）.txt")
    add_version(session, owner, file, newer, store=store, now=now)
    shown = show_file(session, owner, file)
    assert [(v.number, v.name, v.size) for v in shown.versions] == [
        (2, "记录（改）.txt", 6),
        (1, "记录.txt", len(TEXT)),
    ]
    with store.open(take_file(session, owner, file, now=now).sha256) as content:
        assert content.read() == b"second"
    with store.open(take_file(session, owner, file, 1, now=now).sha256) as content:
        assert content.read() == TEXT
    with pytest.raises(NotFound):
        take_file(session, owner, file, 3, now=now)
    downloads = list_downloads(session, owner, file)
    assert [(taken.number, taken.name) for taken in downloads] == [(1, "staff"), (2, "staff")]


def test_the_same_content_twice_is_stored_once_and_nobody_can_tell(
    world: World, store: FileStore, now: datetime
) -> None:
    session, owner = world.session, world.staff()
    deal, _, _ = deal_between(world, owner)
    need = world.need().public_id
    first = put(session, owner, SubjectKind.DEAL, deal.public_id, store, now)
    second = put(session, owner, SubjectKind.NEED, need, store, now + timedelta(days=1), name="别名.csv")
    assert len(session.exec(select(StoredFile)).all()) == len(list(store.digests())) == 1
    shown = [show_file(session, owner, file.public_id).newest for file in (first, second)]
    assert [(v.number, v.size) for v in shown] == [(1, len(TEXT)), (1, len(TEXT))]
    assert shown[1].uploaded_at == now + timedelta(days=1)
    assert take_file(session, owner, second.public_id, now=now).media_type == "text/csv"


def test_a_withdrawn_file_stays_for_those_who_may_change_its_object(
    world: World, store: FileStore, now: datetime
) -> None:
    session, owner = world.session, world.staff()
    deal, demand, _ = deal_between(world, owner)
    file = put(session, owner, SubjectKind.DEAL, deal.public_id, store, now, visibility=Visibility.PARTIES).public_id
    assert show_file(session, demand, file).versions
    withdraw_file(session, owner, file, now=now)
    withdraw_file(session, owner, file, now=now)
    with pytest.raises(NotFound):
        show_file(session, demand, file)
    assert names(session, demand, SubjectKind.DEAL, deal.public_id) == []
    assert show_file(session, owner, file).withdrawn
    with pytest.raises(Conflict, match="withdrawn"):
        add_version(session, owner, file, receive_upload(store, io.BytesIO(b"x"), "x.txt"), store=store, now=now)
    codes = session.exec(select(Event.code).where(col(Event.code).startswith("deal.file")).order_by(col(Event.id)))
    assert list(codes) == ["deal.file_added", "deal.file_withdrawn"]


def test_who_reads_a_file_can_be_changed_and_leaves_a_trace(world: World, store: FileStore, now: datetime) -> None:
    session, owner = world.session, world.staff()
    deal, demand, supply = deal_between(world, owner)
    file = put(session, owner, SubjectKind.DEAL, deal.public_id, store, now, visibility=Visibility.PARTIES)
    seen = file.version
    change_rights(session, owner, file.public_id, FileRights(visibility=Visibility.DEMAND), now=now, version=seen)
    assert show_file(session, demand, file.public_id).versions
    with pytest.raises(NotFound):
        show_file(session, supply, file.public_id)
    added, changed = session.exec(select(Event).where(col(Event.code).startswith("deal.file")).order_by(col(Event.id)))
    assert added.visibility is Visibility.DEMAND
    assert changed.visibility is Visibility.STAFF
    assert changed.params == {"file": file.public_id, "before": "parties", "after": "demand"}
    with pytest.raises(Conflict, match="changed_meanwhile"):
        change_rights(session, owner, file.public_id, FileRights(visibility=Visibility.STAFF), now=now, version=seen)


def test_an_archived_deal_keeps_its_files_and_takes_no_more(world: World, store: FileStore, now: datetime) -> None:
    session, owner = world.session, world.staff()
    deal, _, _ = deal_between(world, owner)
    file = put(session, owner, SubjectKind.DEAL, deal.public_id, store, now).public_id
    archive_deal(session, owner, deal.public_id, now=now)
    assert show_file(session, owner, file).versions
    with pytest.raises(Conflict, match="archived"):
        put(session, owner, SubjectKind.DEAL, deal.public_id, store, now)


def test_what_was_shown_by_mistake_can_be_taken_back_on_an_archived_deal(
    world: World, store: FileStore, now: datetime
) -> None:
    session, lead = world.session, world.viewer(Role.LEAD, name="lead")
    deal, demand, _ = deal_between(world, lead)
    into = start_deal(session, lead, DealCreate(title="并入"), now=now)
    shown, parties = SubjectKind.DEAL, Visibility.PARTIES
    files = [
        put(session, lead, shown, deal.public_id, store, now, name=f"{n}.txt", visibility=parties).public_id
        for n in range(3)
    ]
    merge_deals(session, lead, into.public_id, DealMerge(deal=deal.public_id, note="同一件事"), now=now)
    assert len(names(session, demand, shown, deal.public_id)) == 3
    withdraw_file(session, lead, files[0], now=now)
    erase_file(session, lead, files[1], now=now)
    change_rights(session, lead, files[2], FileRights(visibility=Visibility.STAFF), now=now)
    assert names(session, demand, shown, deal.public_id) == []
    with pytest.raises(Conflict, match="archived"):
        change_rights(session, lead, files[2], FileRights(visibility=parties), now=now)
    newer = receive_upload(store, io.BytesIO(b"x"), "x.txt")
    with pytest.raises(Conflict, match="archived"):
        add_version(session, lead, files[2], newer, store=store, now=now)


def test_who_no_longer_reads_a_file_does_not_read_either_that_it_was_withdrawn(
    world: World, store: FileStore, now: datetime
) -> None:
    session, owner = world.session, world.staff()
    deal, _, supply = deal_between(world, owner)
    for leave in (withdraw_file, erase_file):
        file = put(session, owner, SubjectKind.DEAL, deal.public_id, store, now, visibility=Visibility.PARTIES)
        leave(session, owner, file.public_id, now=now)
        change_rights(session, owner, file.public_id, FileRights(visibility=Visibility.TEAM), now=now)
    for reader in (supply, world.staff("同事")):
        lines = deal_timeline(session, reader, deal.public_id).items
        assert [line.code for line in lines if "file" in line.code] == []


def test_who_offers_something_is_not_told_who_looks_at_it(world: World, store: FileStore, now: datetime) -> None:
    session, staff = world.session, world.staff()
    supplier = world.supplier(person=world.person("专家"))
    offerer = Viewer(
        world.viewer(Role.SUPPLIER).person_id, frozenset({Role.SUPPLIER}), suppliers=frozenset({supplier.key})
    )
    revision = world.capability(supplier, disclosure=DisclosureLevel.SUMMARY)
    capability = session.get_one(Capability, revision.capability_id).public_id
    level = DisclosureLevel.SUMMARY
    file = put(session, offerer, SubjectKind.CAPABILITY, capability, store, now, level=level).public_id
    buyer = world.viewer(Role.ENTERPRISE_MEMBER, world.organisation("乙公司"), "乙公司采购")
    take_file(session, buyer, file, now=now)
    assert show_file(session, offerer, file).may_change
    with pytest.raises(Refused):
        list_downloads(session, offerer, file)
    assert [taken.name for taken in list_downloads(session, staff, file)] == ["乙公司采购"]


def test_an_erased_file_leaves_its_days_and_its_content_goes_with_the_next_sweep(
    world: World, store: FileStore, now: datetime
) -> None:
    session, owner = world.session, world.staff()
    deal, _, _ = deal_between(world, owner)
    shared = put(session, owner, SubjectKind.DEAL, deal.public_id, store, now, content=b"shared").public_id
    both = [put(session, owner, SubjectKind.DEAL, deal.public_id, store, now, content=c) for c in (b"own", b"shared")]
    for file in both:
        erase_file(session, owner, file.public_id, now=now)
        erase_file(session, owner, file.public_id, now=now)
    assert [v.name for v in show_file(session, owner, both[0].public_id).versions] == [""]
    with pytest.raises(NotFound):
        take_file(session, owner, both[0].public_id, now=now)
    assert compare_folder(session, store, now=now).orphaned == 1
    assert sweep_folder(session, store, now=now) == 1
    assert sweep_folder(session, store, now=now) == 0
    with store.open(take_file(session, owner, shared, now=now).sha256) as content:
        assert content.read() == b"shared"


def test_what_a_crash_left_behind_is_swept_and_what_is_missing_is_told(
    world: World, store: FileStore, now: datetime
) -> None:
    session, owner = world.session, world.staff()
    deal, _, _ = deal_between(world, owner)
    put(session, owner, SubjectKind.DEAL, deal.public_id, store, now)
    store.place(receive_upload(store, io.BytesIO(b"no row"), "a.txt"))
    receive_upload(store, io.BytesIO(b"half"), "a.txt")
    later = datetime.now(now.tzinfo) + ABANDONED_AFTER + timedelta(minutes=1)
    state = compare_folder(session, store, now=later)
    assert (state.stored, state.missing, state.orphaned) == (1, 0, 2)
    assert sweep_folder(session, store, now=later) == 2
    store.remove(next(store.digests()))
    assert compare_folder(session, store, now=later).missing == 1


def test_two_versions_at_once_get_numbers_of_their_own(database: Database, store: FileStore, now: datetime) -> None:
    with database.writing() as session:
        owner = World(session, now).staff()
        deal = start_deal(session, owner, DealCreate(title="同时上传"), now=now).public_id
        file = put(session, owner, SubjectKind.DEAL, deal, store, now).public_id
    failed: list[Exception] = []

    def upload(number: int) -> None:
        try:
            received = receive_upload(store, io.BytesIO(b"the same"), f"{number}.txt")
            with database.writing() as session:
                add_version(session, owner, file, received, store=store, now=now)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=upload, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with database.writing() as session:
        numbers = session.exec(select(AttachmentVersion.number).order_by(col(AttachmentVersion.number))).all()
        assert list(numbers) == [1, 2, 3, 4, 5]
    assert len(list(store.digests())) == 2


def test_two_who_change_a_file_and_the_line_it_came_with_do_not_wait_for_each_other(
    database: Database, store: FileStore, now: datetime
) -> None:
    with database.writing() as session:
        owner = World(session, now).staff()
        deal = start_deal(session, owner, DealCreate(title="同时改"), now=now).public_id
        mail = receive_pasted(store, "长" * 30_000, timedelta(hours=8))
        entry = add_mail(session, owner, deal, mail, MailCreate(), store=store, now=now).public_id
        file = list_files(session, owner, SubjectKind.DEAL, deal)[0].public_id
    failed: list[Exception] = []
    shown = (Visibility.PARTIES, Visibility.STAFF)

    def repeat(change: Callable[[WriteSession, Visibility], object]) -> None:
        try:
            for number in range(20):
                with database.writing() as session:
                    change(session, shown[number % 2])
        except Exception as error:
            failed.append(error)

    changes: list[Callable[[WriteSession, Visibility], object]] = [
        lambda session, to: change_rights(session, owner, file, FileRights(visibility=to), now=now),
        lambda session, to: show_entry_to(session, owner, deal, entry, EntryRights(visibility=to), now=now),
    ]
    threads = [threading.Thread(target=repeat, args=(change,)) for change in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_an_upload_whose_transaction_fails_leaves_an_orphan_at_most(
    database: Database, store: FileStore, now: datetime
) -> None:
    with database.writing() as session:
        owner = World(session, now).staff()
        deal = start_deal(session, owner, DealCreate(title="中断"), now=now).public_id
    with database.writing() as session:
        put(session, owner, SubjectKind.DEAL, deal, store, now)
        session.rollback()
    with database.writing() as session:
        assert session.exec(select(Attachment)).all() == []
        assert sweep_folder(session, store, now=now) == 1
    assert list(store.digests()) == []
