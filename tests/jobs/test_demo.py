"""The demo catalogue, loaded once for each database and then only read."""

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func
from sqlmodel import col, select

from core.database import Database, ReadSession
from core.demo_users import DEMO_USERS, PASSWORD
from core.errors import Conflict, NotFound
from core.i18n import Language
from core.taxonomy import technical_fields
from jobs.demo.content import read_deals, read_fields
from jobs.demo.load import is_loaded, load
from jobs.demo.people import HISTORY
from matching.embedding.static import shipped_embedder
from models import (
    Capability,
    CapabilityRevision,
    Deal,
    DealStage,
    Event,
    Match,
    Need,
    NeedRevision,
    Organisation,
    Refusal,
    Requirement,
    Supplier,
)
from models.access import FULL, Viewer, viewer_of
from models.deal_enums import DealStatus, PartyRole
from models.enums import NeedStatus, ReasonCode, SubjectKind
from models.supplier import PROFILE_VALID_DAYS
from models.user import User
from models.work import OutboxMessage
from tests.conftest import NOW, new_postgresql_database
from workflow.deals import DealFilter, deal_timeline, list_deals
from workflow.endings import is_open_suggestion
from workflow.installation import set_up
from workflow.matches.showing import show_matches
from workflow.matches.told import list_told
from workflow.needs import get_need
from workflow.sign_in import check_password, sign_in


def load_demo(database: Database, now: datetime = NOW) -> dict[str, int]:
    steps: list[tuple[int, int]] = []
    with database.writing() as session:
        counts = load(session, embedder=shipped_embedder(), now=now, progress=lambda *step: steps.append(step))
    assert steps[-1][0] == steps[-1][1], "the progress bar reaches its end"
    return counts


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def demo_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("demo") / "keqiao.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        url = f"sqlite:///{path}"
    else:
        url = new_postgresql_database(request.getfixturevalue("postgresql_server"))
    database = Database(url)
    load_demo(database)
    yield database
    database.dispose()


@pytest.fixture
def demo(demo_database: Database) -> Iterator[ReadSession]:
    with demo_database.reading() as session:
        yield session


def count(session: ReadSession, table: type) -> int:
    return session.exec(select(func.count()).select_from(table)).one()


def test_the_demo_is_as_large_as_it_claims_to_be(demo: ReadSession) -> None:
    assert count(demo, Organisation) >= 50
    assert count(demo, Supplier) >= 150
    assert count(demo, Capability) >= 400
    assert count(demo, Need) >= 80
    assert count(demo, Deal) >= 40
    for table in (CapabilityRevision, NeedRevision):
        fields = set(demo.exec(select(table.technical_field)))
        assert fields == {field.code for field in technical_fields()}
        languages = Counter(demo.exec(select(table.language)))
        assert languages[Language.EN] / languages.total() >= 0.1


def test_suppliers_have_confirmed_their_profiles_within_a_year(demo: ReadSession) -> None:
    confirmed = [supplier.confirmed_on for supplier in demo.exec(select(Supplier))]
    assert all(day is not None and (NOW.date() - day).days <= PROFILE_VALID_DAYS for day in confirmed)


def test_nearly_every_capability_was_confirmed_within_a_year(demo: ReadSession) -> None:
    confirmed = [capability.confirmed_on for capability in demo.exec(select(Capability))]
    lapsed = [day for day in confirmed if day is None or (NOW.date() - day).days > PROFILE_VALID_DAYS]
    assert 0 < len(lapsed) < len(confirmed) / 20
    assert max(day for day in confirmed if day) <= NOW.date()


def test_some_needs_say_what_a_supplier_must_bring_and_some_suppliers_what_they_take_on(demo: ReadSession) -> None:
    needs = demo.exec(select(NeedRevision)).all()
    suppliers = demo.exec(select(Supplier)).all()
    for field in ("regions", "least_trl", "ipr_stances", "modes", "excluded_terms", "excluded_names"):
        assert 3 < sum(bool(getattr(need, field)) for need in needs) < len(needs) / 2, field
    for field in ("load_limit", "ipr_stances", "technical_fields"):
        assert len(suppliers) / 5 < sum(bool(getattr(s, field)) for s in suppliers) < len(suppliers), field


def test_people_confirmed_requirements_of_some_needs_and_refused_a_supplier(demo: ReadSession) -> None:
    rows = demo.exec(select(Requirement).where(col(Requirement.ended_at).is_(None))).all()
    decided = {row.need_revision_id for row in rows if row.confirmed_at}
    assert 20 <= len(decided) < len({row.need_revision_id for row in rows}) / 2
    assert count(demo, Refusal) == 2


def test_deals_stand_in_every_stage_with_up_to_three_years_of_history(demo: ReadSession) -> None:
    statuses = Counter(demo.exec(select(Deal.status)))
    assert set(statuses) == set(DealStatus)
    stages = {stage.deal_id: stage.code for stage in demo.exec(select(DealStage).order_by(col(DealStage.id)))}
    expected = {"contact", "exchange", "feasibility", "negotiation", "registration", "carrying_out", "acceptance"}
    assert expected | {"return_visit"} <= set(stages.values())
    codes = Counter(demo.exec(select(Event.code).where(Event.subject_kind == SubjectKind.DEAL)))
    assert codes["deal.paused"] >= 3
    assert codes["deal.lost"] >= 5
    assert codes["deal.revived"] >= 3
    oldest = demo.exec(select(func.min(Event.occurred_at)).where(Event.subject_kind == SubjectKind.DEAL)).one()
    assert oldest is not None
    assert timedelta(days=500) < NOW - oldest < HISTORY


def test_nothing_in_the_demo_happens_after_the_day_it_was_loaded(demo: ReadSession) -> None:
    assert demo.exec(select(func.max(Event.occurred_at))).one() <= NOW
    assert demo.exec(select(func.max(Event.recorded_at))).one() <= NOW


def test_needs_wait_at_every_step_so_that_the_work_queue_is_not_empty(demo: ReadSession) -> None:
    statuses = Counter(demo.exec(select(Need.status)))
    assert all(statuses[status] >= 3 for status in (NeedStatus.SUBMITTED, NeedStatus.FOCUSED, NeedStatus.MATCHED))
    assert statuses[NeedStatus.INTRODUCED] >= 20
    assert count(demo, Match) >= 100


def test_every_role_has_a_user_who_can_sign_in(demo_database: Database) -> None:
    for user in DEMO_USERS:
        with demo_database.writing() as session:
            signed_in = sign_in(
                session, check_password(session, user.login, PASSWORD), now=NOW, lifetime=timedelta(hours=1)
            )
            assert isinstance(signed_in, tuple), user.login


@pytest.mark.parametrize(("login", "side"), [("supplier", PartyRole.SUPPLY), ("enterprise", PartyRole.DEMAND)])
def test_each_side_of_the_demo_has_a_deal_that_waits_for_it(demo: ReadSession, login: str, side: PartyRole) -> None:
    viewer = viewer_named(demo, login)
    waiting = [deal for deal in list_deals(demo, viewer, DealFilter(), now=NOW).items if deal.waiting_for is side]
    assert waiting
    told = {event.code for event in deal_timeline(demo, viewer, waiting[0].public_id).items}
    assert {"deal.opened", "deal.signed", "deal.note"} <= told


def test_three_years_of_invented_history_tell_nobody(demo: ReadSession) -> None:
    assert demo.exec(select(func.count()).select_from(OutboxMessage)).one() == 0


def test_who_signed_for_the_supplier_reads_the_need(demo: ReadSession) -> None:
    need = demo.exec(select(Need).where(Need.external_id == "electronics-n01")).one()
    assert get_need(demo, viewer_named(demo, "supplier"), need.public_id, FULL).revision.problem
    with pytest.raises(NotFound):
        get_need(demo, viewer_named(demo, "visitor"), need.public_id, FULL)


def test_each_side_of_the_demo_has_a_suggestion_that_ended_and_one_that_has_not(demo: ReadSession) -> None:
    supplier = viewer_named(demo, "supplier")
    [told] = list_told(demo, supplier)
    assert (told.reason, told.need is not None) == (ReasonCode.ADVANTAGE_UNCLEAR, True)
    theirs = select(Match).where(col(Match.supplier_id).in_(supplier.suppliers), is_open_suggestion())
    assert demo.exec(theirs).all()
    need = demo.exec(select(Need).where(Need.external_id == "manufacturing-n08")).one()
    shown = show_matches(demo, viewer_named(demo, "enterprise"), need.public_id).matches
    assert {match.end_reason for match in shown} == {None, ReasonCode.CAPACITY}


def viewer_named(session: ReadSession, login: str) -> Viewer:
    return viewer_of(session, session.exec(select(User.person_id).where(User.login == login)).one(), NOW)


def test_a_second_start_finds_the_demo_loaded(demo: ReadSession) -> None:
    assert is_loaded(demo)


def test_data_of_ones_own_are_never_mixed_with_the_demo(database: Database) -> None:
    with database.writing() as session:
        set_up(session, society="学会", login="admin", name="甲", password="long-enough-1", now=NOW)
    with database.reading() as reading, pytest.raises(Conflict, match="demo_refused"):
        is_loaded(reading)


def test_the_content_refers_to_itself_without_gaps() -> None:
    fields = read_fields()
    needs = {need.key for content in fields.values() for need in content.needs}
    capabilities = {capability.key for content in fields.values() for capability in content.capabilities}
    titles = [capability.title for content in fields.values() for capability in content.capabilities]
    assert len(titles) == len(set(titles))
    assert {key for content in fields.values() for need in content.needs for key in need.expected_fits} <= capabilities
    deals = read_deals()
    assert {deal.need for deal in deals if deal.need} <= needs
    assert {deal.capability for deal in deals if deal.capability} <= capabilities
    assert any(deal.need is None for deal in deals), "a deal may start without a need"
