"""Who joins a deal later reads what is for all sides, and what its role is shown from then on."""

import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.database import WriteSession
from models.access import Viewer
from models.deal import Deal
from models.deal_enums import PartyRole, Visibility
from models.deal_forms import DealCreate, DealMerge, EntryRights, NoteCreate, PartRemoved, PartyCreate
from models.enums import ReasonCode, Role, SubjectKind
from models.file import FileRights
from models.history import Event
from tests.workflow.deal_world import World
from tests.workflow.file_samples import TEXT, store_in
from tests.workflow.test_files import deal_between, names, put
from workflow.deals import (
    add_note,
    add_party,
    deal_timeline,
    merge_deals,
    remove_party,
    show_entry_to,
    start_deal,
)
from workflow.files import FileStore, add_version, change_rights, receive_upload

DAY = timedelta(days=1)


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return store_in(tmp_path)


def rival_of(world: World) -> tuple[Viewer, str]:
    """Who acts for another supplier, and its id."""
    supplier = world.supplier("另一团队", person=world.person("对手"))
    world.capability(supplier)
    someone = world.viewer(Role.SUPPLIER, name="对手")
    return Viewer(
        someone.person_id, someone.roles, suppliers=frozenset({supplier.key}), at=world.now
    ), supplier.public_id


def note(world: World, owner: Viewer, deal: Deal, text: str, visibility: Visibility, at: datetime) -> Event:
    return add_note(world.session, owner, deal.public_id, NoteCreate(text=text, visibility=visibility), now=at)


def join(world: World, owner: Viewer, deal: Deal, supplier: str, at: datetime) -> None:
    add_party(world.session, owner, deal.public_id, PartyCreate(role=PartyRole.SUPPLY, supplier=supplier), now=at)


def texts(world: World, viewer: Viewer, deal: Deal) -> set[str]:
    return {line.text for line in deal_timeline(world.session, viewer, deal.public_id).items if line.text}


def files(world: World, viewer: Viewer, deal: Deal) -> set[str]:
    return set(names(world.session, viewer, SubjectKind.DEAL, deal.public_id))


def test_a_further_supplier_reads_what_suppliers_are_told_once_it_is_one(
    world: World, store: FileStore, now: datetime
) -> None:
    session, owner = world.session, world.staff()
    deal, demand, first = deal_between(world, owner)
    rival, key = rival_of(world)
    for text, visibility in (("给供方的报价底线", Visibility.SUPPLY), ("给各方的纪要", Visibility.PARTIES)):
        note(world, owner, deal, text, visibility, now)
        put(session, owner, SubjectKind.DEAL, deal.public_id, store, now, name=f"{text}.txt", visibility=visibility)
    join(world, owner, deal, key, now + DAY)
    note(world, owner, deal, "给两家供方", Visibility.SUPPLY, now + DAY)
    put(session, owner, SubjectKind.DEAL, deal.public_id, store, now + DAY, name="新.txt", visibility=Visibility.SUPPLY)
    assert texts(world, rival, deal) == {"给各方的纪要", "给两家供方"}
    assert files(world, rival, deal) == {"给各方的纪要.txt", "新.txt"}
    assert texts(world, first, deal) == {"给供方的报价底线", "给各方的纪要", "给两家供方"}
    assert files(world, first, deal) == {"给供方的报价底线.txt", "给各方的纪要.txt", "新.txt"}
    assert texts(world, demand, deal) == {"给各方的纪要"}


def test_what_is_shown_anew_is_for_the_sides_of_then(world: World, store: FileStore, now: datetime) -> None:
    session, owner = world.session, world.staff()
    deal, _, _ = deal_between(world, owner)
    rival, key = rival_of(world)
    line = note(world, owner, deal, "要点", Visibility.SUPPLY, now)
    file = put(session, owner, SubjectKind.DEAL, deal.public_id, store, now, visibility=Visibility.SUPPLY)
    join(world, owner, deal, key, now + DAY)
    assert (texts(world, rival, deal), files(world, rival, deal)) == (set(), set())
    for visibility in (Visibility.STAFF, Visibility.SUPPLY):
        rights = EntryRights(visibility=visibility)
        show_entry_to(session, owner, deal.public_id, line.public_id, rights, now=now + 2 * DAY)
        change_rights(session, owner, file.public_id, FileRights(visibility=visibility), now=now + 2 * DAY)
    assert (texts(world, rival, deal), files(world, rival, deal)) == ({"要点"}, {"记录.txt"})


def test_a_newer_version_tells_who_joined_later_nothing(world: World, store: FileStore, now: datetime) -> None:
    session, owner = world.session, world.staff()
    deal, _, first = deal_between(world, owner)
    rival, key = rival_of(world)
    file = put(session, owner, SubjectKind.DEAL, deal.public_id, store, now, visibility=Visibility.SUPPLY)
    join(world, owner, deal, key, now + DAY)
    received = receive_upload(store, io.BytesIO(TEXT), "新版.txt")
    add_version(session, owner, file.public_id, received, store=store, now=now + 2 * DAY)
    codes = [{line.code for line in deal_timeline(session, who, deal.public_id).items} for who in (first, rival)]
    assert codes[0] - codes[1] == {"deal.file_added", "deal.file_version"}
    assert files(world, rival, deal) == set()


def test_who_left_and_came_back_and_who_came_with_another_deal_join_anew(world: World, now: datetime) -> None:
    session, owner = world.session, world.viewer(Role.LEAD)
    deal, _, _ = deal_between(world, owner)
    rival, key = rival_of(world)
    note(world, owner, deal, "一", Visibility.SUPPLY, now)
    other = start_deal(session, owner, DealCreate(title="另一项目", supplier=key), now=now)
    merge_deals(session, owner, deal.public_id, DealMerge(deal=other.public_id, note="同一件事"), now=now + DAY)
    note(world, owner, deal, "二", Visibility.SUPPLY, now + DAY)
    assert texts(world, rival, deal) == {"二"}
    form = PartRemoved(reason=ReasonCode.CAPACITY)
    remove_party(session, owner, deal.public_id, 3, form, now=now + 2 * DAY)
    join(world, owner, deal, key, now + 3 * DAY)
    assert texts(world, rival, deal) == set()
