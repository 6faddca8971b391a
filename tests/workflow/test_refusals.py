"""Who is never proposed again, decided by whom, and told to whom."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from catalog.demand.needs import current_need_revision
from core.database import WriteSession
from core.errors import Conflict, NotFound, Refused
from models import Event, Match, Need, NeedCreate, RefusalCreate, Supplier, SupplierCreate
from models.access import Viewer
from models.deal_enums import Visibility
from models.deal_forms import DealCreate
from models.enums import Origin, ReasonCode, SupplierKind
from models.match_enums import MatchStatus
from tests.workflow.society import Society, found_society
from workflow.deals.opening import start_deal
from workflow.needs import submit_need
from workflow.refusals import check_refusal, lift_refusal, list_refusals, refusals_in_force, refuse_supplier
from workflow.suppliers import add_supplier
from workflow.triage import triage_need


@pytest.fixture
def society(session: WriteSession, now: datetime) -> Society:
    return found_society(session, now)


@pytest.fixture
def need(session: WriteSession, society: Society, now: datetime) -> Need:
    return new_need(session, society, now)


@pytest.fixture
def supplier(session: WriteSession, society: Society, now: datetime) -> Supplier:
    form = SupplierCreate(name="示例团队", kind=SupplierKind.TEAM)
    return add_supplier(session, society.lead, form, now=now)


def new_need(session: WriteSession, society: Society, now: datetime) -> Need:
    form = NeedCreate(title="耐磨涂层", problem="轴承磨损")
    need = submit_need(session, society.staff, form, organisation=society.enterprise.public_id, now=now)
    triage_need(session, society.staff, need.public_id, now=now)
    return need


def never(supplier: Supplier, **changes: Any) -> RefusalCreate:
    form = {"supplier": supplier.public_id, "reason": ReasonCode.KNOWN_PARTNER, "comment": "合作不愉快"}
    return RefusalCreate.model_validate(form | changes)


def recommend(session: WriteSession, need: Need, supplier: Supplier, now: datetime) -> None:
    """The enterprise is told of the supplier."""
    match = Match(
        need_id=need.key,
        need_revision_id=current_need_revision(session, need.key).key,
        supplier_id=supplier.key,
        origin=Origin.STAFF,
        proposed_at=now,
        status=MatchStatus.ACCEPTED,
    )
    session.add(match)
    session.flush()


def test_a_supplier_refused_for_a_need_is_refused_for_that_need_alone(
    session: WriteSession, society: Society, need: Need, supplier: Supplier, now: datetime
) -> None:
    refusal = refuse_supplier(session, society.staff, need.public_id, never(supplier), now=now)

    assert refusals_in_force(session, need) == {supplier.key: refusal}
    assert refusals_in_force(session, new_need(session, society, now)) == {}
    [shown] = list_refusals(session, society.staff, need.public_id)
    assert (shown.supplier_name, shown.reason, shown.decided_by, shown.everywhere) == (
        "示例团队",
        ReasonCode.KNOWN_PARTNER,
        "专员甲",
        False,
    )


def test_one_refused_everywhere_is_refused_for_all_that_its_enterprise_asks(
    session: WriteSession, society: Society, need: Need, supplier: Supplier, now: datetime
) -> None:
    refuse_supplier(session, society.staff, need.public_id, never(supplier, everywhere=True), now=now)

    later = new_need(session, society, now)
    assert set(refusals_in_force(session, later)) == {supplier.key}
    [shown] = list_refusals(session, society.staff, later.public_id)
    lift_refusal(session, society.staff, later.public_id, shown.public_id, now=now, version=shown.version)
    assert refusals_in_force(session, need) == {}


def test_it_is_decided_once_lifted_once_and_can_be_decided_again(
    session: WriteSession, society: Society, need: Need, supplier: Supplier, now: datetime
) -> None:
    first = refuse_supplier(session, society.staff, need.public_id, never(supplier), now=now)
    with pytest.raises(Conflict, match=r"refusal\.in_force"):
        refuse_supplier(session, society.lead, need.public_id, never(supplier), now=now)

    for _ in range(2):
        lift_refusal(session, society.lead, need.public_id, first.public_id, now=now + timedelta(hours=1))
    second = refuse_supplier(session, society.staff, need.public_id, never(supplier), now=now)

    assert (first.lifted_at, first.lifted_by_id) == (now + timedelta(hours=1), society.lead.person_id)
    assert list(refusals_in_force(session, need).values()) == [second]
    codes = session.exec(
        select(Event.code).where(Event.subject_id == need.key, col(Event.code).contains("refus"))
    ).all()
    assert sorted(codes) == ["need.refusal_lifted", "need.supplier_refused", "need.supplier_refused"]


def test_the_enterprise_refuses_whom_it_was_told_of_and_lifts_what_its_people_decided(
    session: WriteSession, society: Society, need: Need, supplier: Supplier, now: datetime
) -> None:
    with pytest.raises(Refused, match=r"refusal\.not_introduced"):
        refuse_supplier(session, society.member, need.public_id, never(supplier), now=now)
    recommend(session, need, supplier, now)

    refuse_supplier(session, society.member, need.public_id, never(supplier, everywhere=True), now=now)

    [shown] = list_refusals(session, society.member, need.public_id)
    assert (shown.decided_by, shown.everywhere) == ("需方甲", True)
    event = session.exec(select(Event).where(Event.code == "need.supplier_refused")).one()
    assert event.visibility is Visibility.PARTIES
    lift_refusal(session, society.member, need.public_id, shown.public_id, now=now)
    assert list_refusals(session, society.member, need.public_id) == []


@pytest.mark.parametrize("role", ["visitor", "other_member", "supplier", "auditor", "other_staff"])
def test_nobody_else_decides_or_reads_it(
    session: WriteSession, society: Society, need: Need, supplier: Supplier, now: datetime, role: str
) -> None:
    viewer: Viewer = getattr(society, role)
    with pytest.raises((Refused, NotFound)):
        refuse_supplier(session, viewer, need.public_id, never(supplier), now=now)
    with pytest.raises((Refused, NotFound)):
        list_refusals(session, viewer, need.public_id)


def test_the_enterprise_does_not_learn_whom_the_staff_refused(
    session: WriteSession, society: Society, need: Need, supplier: Supplier, now: datetime
) -> None:
    refusal = refuse_supplier(session, society.staff, need.public_id, never(supplier), now=now)

    assert list_refusals(session, society.member, need.public_id) == []
    event = session.exec(select(Event).where(Event.code == "need.supplier_refused")).one()
    assert event.visibility is Visibility.STAFF
    with pytest.raises(Refused, match=r"refusal\.by_staff"):
        lift_refusal(session, society.member, need.public_id, refusal.public_id, now=now)


def test_bringing_in_one_who_is_refused_asks_first(
    session: WriteSession, society: Society, need: Need, supplier: Supplier, now: datetime
) -> None:
    check_refusal(session, need, supplier)
    refuse_supplier(session, society.staff, need.public_id, never(supplier), now=now)

    with pytest.raises(Conflict, match=r"refusal\.asks_first"):
        check_refusal(session, need, supplier)
    check_refusal(session, need, supplier, despite=True)


def test_a_deal_with_one_who_is_refused_asks_first(
    session: WriteSession, society: Society, need: Need, supplier: Supplier, now: datetime
) -> None:
    refuse_supplier(session, society.staff, need.public_id, never(supplier), now=now)
    form = DealCreate(title="涂层合作", need=need.public_id, supplier=supplier.public_id)

    with pytest.raises(Conflict, match=r"refusal\.asks_first"):
        start_deal(session, society.staff, form, now=now)
    form.despite_refusal = True
    assert start_deal(session, society.staff, form, now=now).need_id == need.key
