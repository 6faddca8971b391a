"""The demo, loaded once into an empty database: catalogue, needs, matches, and deals with their history.

Everything goes through the use cases, on the days on which it is said to have happened, so that the demo holds nothing
that the software would not allow. The same day gives the same demo, but for the random public ids.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import select

from core.database import ReadSession, WriteSession
from core.errors import Conflict
from jobs.demo.catalogue import Loaded, Loader
from jobs.demo.content import DealEntry, read_deals, read_fields, read_papers, read_verdicts
from jobs.demo.deals import Player
from jobs.demo.matches import BEFORE_THE_DEAL, Matchmaker
from jobs.demo.papers import Clerk
from jobs.demo.people import HISTORY, Cast, add_outside_users, found_demo_society
from jobs.demo.wishes import choose_wishes
from matching.embedding.protocol import Embedder
from models.access import Viewer
from models.deal import Deal
from models.enums import DisclosureLevel, SubjectKind
from models.grant import GrantCreate
from models.need import Need
from models.person import Person
from models.supplier import Supplier
from models.user import User
from tracking.store import contracts_of
from workflow.files import FileStore
from workflow.grants import grant_access
from workflow.installation import installation

SHANGHAI = ZoneInfo("Asia/Shanghai")
Progress = Callable[[int, int], None]
OUTSIDE_ENTERPRISE, OUTSIDE_CONTACT, OUTSIDE_EXPERT = "manufacturing-e1", "manufacturing-p13", "electronics-p05"
"""Whose eyes the demo's outside users have: an enterprise with needs and a deal that waits for it, its contact, and an
expert of whom another deal waits."""


def is_loaded(session: ReadSession) -> bool:
    """Whether the demo is here; raises Conflict where there are data of somebody's own instead."""
    row = installation(session)
    if row is None and session.exec(select(User.id)).first() is None:
        return False
    if row is None or row.demo_loaded_at is None:
        raise Conflict("demo_refused")
    return True


def load(
    session: WriteSession,
    *,
    embedder: Embedder,
    now: datetime,
    progress: Progress,
    store: FileStore | None = None,
) -> dict[str, int]:
    """The demo is in the (so far empty) database, its files in the store if any; how many of each there are."""
    fields, deals = read_fields(), read_deals()
    now = _this_morning(now)
    steps = 2 * len(fields) + len(deals) + 1
    done = _counter(progress, steps)
    cast = found_demo_society(session, now)
    loader = Loader(session, cast, embedder, now, Loaded())
    for code, content in fields.items():
        loader.load_offers(code, content)
        done()
    for code, content in fields.items():
        loader.load_needs(code, content)
        done()
    matchmaker = Matchmaker(session, loader.loaded, embedder, now)
    for entry in deals:
        _load_deal(session, cast, loader, matchmaker, entry, store)
        done()
    loader.confirm_offers(now)
    for verdict in read_verdicts():
        matchmaker.decide(cast.curator(verdict.need.split("-")[0]), verdict)
    matchmaker.propose_for_review(cast)
    _add_outside_users(session, loader.loaded, now)
    choose_wishes(session, cast)
    row = installation(session)
    if row is not None:
        row.demo_loaded_at = now
    done()
    return {**loader.loaded.counts, "deals": len(deals)}


def _this_morning(now: datetime) -> datetime:
    """The last ten o'clock in Shanghai: what is told to have happened happened in working hours."""
    ten = datetime.combine(now.astimezone(SHANGHAI), time(10), SHANGHAI).astimezone(UTC)
    return ten if ten <= now else ten - timedelta(days=1)


def _load_deal(
    session: WriteSession,
    cast: Cast,
    loader: Loader,
    matchmaker: Matchmaker,
    entry: DealEntry,
    store: FileStore | None,
) -> None:
    names = (entry.need, entry.capability, entry.supplier)
    technical_field = next(name for name in names if name).split("-")[0]
    player = Player(session, cast.owner(entry.owner, technical_field), entry, loader.now, cast.lead)
    supplier = matchmaker.supplier_of(entry)
    if entry.need is not None and supplier is not None:
        loader.confirm_offers(player.start - BEFORE_THE_DEAL)
        deal = matchmaker.introduce(player.viewer, entry, supplier, player.start)
    else:
        need = loader.loaded.needs[entry.need].public_id if entry.need else None
        deal = player.begin_without_match(need=need, supplier=supplier.public_id if supplier else None)
    deal.source, deal.external_id = "demo", entry.key
    player.play(deal)
    if entry.need is not None and supplier is not None:
        _open_need(session, cast.curator(technical_field), deal, loader.loaded.needs[entry.need], supplier)
    if store is not None:
        papers = [papers for papers in read_papers() if papers.deal == entry.key]
        Clerk(session, player.viewer, deal, store, loader.now).keep(papers)


def _open_need(session: WriteSession, curator: Viewer, deal: Deal, need: Need, supplier: Supplier) -> None:
    """Who signed for the supplier reads the need in full from that day on."""
    person = session.get(Person, supplier.person_id) if supplier.person_id is not None else None
    signed = next((one.signed_on for one in contracts_of(session, deal.key) if one.signed_on is not None), None)
    if person is not None and signed is not None:
        form = GrantCreate(person=person.public_id, level=DisclosureLevel.FULL)
        at = datetime.combine(signed, time(12), SHANGHAI)
        grant_access(session, curator, SubjectKind.NEED, need.public_id, form, now=at)


def _add_outside_users(session: WriteSession, loaded: Loaded, now: datetime) -> None:
    add_outside_users(
        session,
        enterprise=loaded.organisations[OUTSIDE_ENTERPRISE].public_id,
        contact=loaded.people[OUTSIDE_CONTACT],
        expert=loaded.people[OUTSIDE_EXPERT],
        start=now - HISTORY,
    )


def _counter(progress: Progress, total: int) -> Callable[[], None]:
    count = 0

    def done() -> None:
        nonlocal count
        count += 1
        progress(count, total)

    return done
