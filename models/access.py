"""Who may see what: one rule per kind of object, as an SQL clause.

Rules a maintainer must keep:
- Every query for people goes through a clause of this module; nobody learns of what they may not see, not through a
  count, a neighbour or an error: not found and not allowed are the same answer.
- A level is 0 (statistics) to 3 (full); `*_level` is an SQL expression, so that lists are filtered before they are
  counted, sorted or searched. The matcher gets the allowed capability ids from here and knows nothing of people.
- Staff see L1 of everything; L2 and L3 by branch, deal team or grant. A membership in no branch is one of the society's
  centre: it covers what belongs to no branch, and a lead of the centre covers everything.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, case, exists, false, func, literal, or_, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import Session, col, select

from models.capability import Capability
from models.deal import Deal, DealMember, DealNeed, DealParty, FormerParty
from models.deal_enums import Visibility
from models.enums import DisclosureLevel, NeedStatus, Role, SubjectKind, SupplierKind
from models.file import Attachment
from models.grant import Grant
from models.history import Event
from models.match import Match
from models.match_enums import MatchStatus
from models.need import Need
from models.organisation import Organisation
from models.person import Affiliation
from models.supplier import Supplier
from models.user import Membership

SOCIETY = frozenset({Role.STAFF, Role.LEAD})
FULL, SUMMARY, CARD, HIDDEN = (int(level) for level in sorted(DisclosureLevel, reverse=True))

VIEWERS_KEPT = 64
"""For how many viewers the clauses of levels are kept: a page asks for them several times, and building is not free."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking, with everything that decides what may be seen."""

    person_id: int | None = None
    roles: frozenset[Role] = frozenset({Role.VISITOR})
    organisations: frozenset[int] = field(default_factory=frozenset)
    """Where the person is an enterprise member or administrator."""
    branches: frozenset[int] = field(default_factory=frozenset)
    """Branches the person works for as staff or lead."""
    central: frozenset[Role] = field(default_factory=frozenset)
    """Roles of the society held without a branch."""
    suppliers: frozenset[int] = field(default_factory=frozenset)
    """The suppliers this person acts for: the own person and, by a supplier's membership that names an organisation,
    that organisation and its teams. Its other people act for themselves."""
    at: datetime | None = None
    """The instant for which grants are read."""

    @property
    def is_society(self) -> bool:
        """Whether the person curates, as staff or lead."""
        return bool(self.roles & SOCIETY)

    @property
    def class_key(self) -> str:
        """The same for all viewers whose rules are the same, but for grants and deal teams: those make it personal."""
        parts = (sorted(self.roles), sorted(self.organisations), sorted(self.branches), sorted(self.central))
        return sha256(repr((parts, sorted(self.suppliers), self.person_id)).encode()).hexdigest()[:32]


ANONYMOUS = Viewer()


def viewer_of(session: Session, person_id: int, at: datetime) -> Viewer:
    """The viewer that a person is at an instant, from the memberships and affiliations that hold then."""
    memberships = session.exec(
        select(Membership).where(Membership.person_id == person_id, _holds(Membership, at))
    ).all()
    roles = frozenset(m.role for m in memberships)
    enterprise = {Role.ENTERPRISE_MEMBER, Role.ENTERPRISE_ADMIN}
    return Viewer(
        person_id=person_id,
        roles=roles or frozenset({Role.VISITOR}),
        organisations=_places(memberships, enterprise),
        branches=_places(memberships, SOCIETY),
        central=frozenset(m.role for m in memberships if m.organisation_id is None and m.role in SOCIETY),
        suppliers=_own_suppliers(session, person_id, memberships) if Role.SUPPLIER in roles else frozenset(),
        at=at,
    )


def _places(memberships: Any, roles: set[Role] | frozenset[Role]) -> frozenset[int]:
    return frozenset(m.organisation_id for m in memberships if m.role in roles and m.organisation_id is not None)


def _own_suppliers(session: Session, person_id: int, memberships: Any) -> frozenset[int]:
    of_organisation = and_(
        col(Supplier.organisation_id).in_(_places(memberships, {Role.SUPPLIER})),
        col(Supplier.kind) != SupplierKind.PERSON,
    )
    found = session.exec(select(Supplier.id).where(or_(col(Supplier.person_id) == person_id, of_organisation)))
    return frozenset(key for key in found if key)


def _holds(table: type[Membership], at: datetime) -> ColumnElement[bool]:
    return and_(col(table.valid_from) <= at, or_(col(table.valid_to).is_(None), col(table.valid_to) > at))


# --- needs ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=VIEWERS_KEPT)
def need_level(viewer: Viewer) -> ColumnElement[int]:
    """The disclosure level at which `viewer` sees each need."""
    published = and_(
        col(Need.status).in_([NeedStatus.FOCUSED, NeedStatus.MATCHED, NeedStatus.INTRODUCED]),
        col(Need.archived_at).is_(None),
    )
    signed_in = viewer.roles & {Role.SUPPLIER, Role.ENTERPRISE_MEMBER, Role.ENTERPRISE_ADMIN}
    public = col(Need.disclosure) if signed_in else func.coalesce(_least(col(Need.disclosure), CARD), HIDDEN)
    base = CARD if viewer.is_society or Role.AUDITOR in viewer.roles else HIDDEN
    return _greatest(
        case((_curates(viewer, col(Need.branch_id)), FULL), else_=base),
        case((col(Need.organisation_id).in_(viewer.organisations), FULL), else_=HIDDEN),
        case((published, public), else_=HIDDEN),
        case((_on_deal_team(viewer), FULL), else_=HIDDEN),
        _granted(viewer, SubjectKind.NEED, col(Need.id)),
    )


def visible_needs(viewer: Viewer, at_least: int = CARD) -> ColumnElement[bool]:
    """The needs `viewer` may see at `at_least` this level."""
    return need_level(viewer) >= at_least


def _on_deal_team(viewer: Viewer) -> ColumnElement[bool]:
    """As `works_on`: who no longer works for the society keeps nothing of the deals once worked on."""
    if viewer.person_id is None or not viewer.is_society:
        return false()
    deal = _deal_beside()
    on_team = exists().where(col(DealMember.deal_id) == col(deal.id), col(DealMember.person_id) == viewer.person_id)
    return exists().where(col(deal.need_id) == col(Need.id), or_(col(deal.owner_id) == viewer.person_id, on_team))


@cache
def _deal_beside() -> type[Deal]:
    """Deals under another name, so that a clause about them also fits into a query about deals."""
    return aliased(Deal)


# --- suggestions ---------------------------------------------------------------------------------------------------


def is_told_of_its_end(viewer: Viewer) -> ColumnElement[bool]:
    """The suggestions of own suppliers of whose end these are told."""
    return and_(col(Match.supplier_id).in_(viewer.suppliers), end_is_told())


def end_is_told() -> ColumnElement[bool]:
    """The suggestions that have ended, for needs of which others may know at all.

    Where the supplier goes on with the need by another suggestion, or in a deal, nothing has ended for it; what became
    of a deal, its own page tells.
    """
    of_known_need = exists().where(col(Need.id) == col(Match.need_id), col(Need.disclosure) >= CARD)
    return and_(_has_ended(Match), of_known_need, ~_goes_on_by_another(), *(~found for found in _goes_on_in_deals()))


def _has_ended(match: type[Match]) -> ColumnElement[bool]:
    return or_(col(match.ended_at).is_not(None), col(match.status) == MatchStatus.DECLINED)


def _goes_on_by_another() -> ColumnElement[bool]:
    other = _match_beside()
    of_both = and_(col(other.need_id) == col(Match.need_id), col(other.supplier_id) == col(Match.supplier_id))
    return exists().where(of_both, ~_has_ended(other))


def _goes_on_in_deals() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """In a deal that began with the need, and in one that meets it further: apart, each is quickly looked up."""
    deal = _deal_beside()
    of_supplier = and_(
        col(DealParty.supplier_id) == col(Match.supplier_id),
        col(deal.id) == col(DealParty.deal_id),
        col(deal.merged_into_id).is_(None),
    )
    began = exists().where(of_supplier, col(deal.need_id) == col(Match.need_id))
    further = exists().where(
        of_supplier, col(DealNeed.deal_id) == col(deal.id), col(DealNeed.need_id) == col(Match.need_id)
    )
    return began, further


@cache
def _match_beside() -> type[Match]:
    return aliased(Match)


# --- suppliers and capabilities ------------------------------------------------------------------------------------


@lru_cache(maxsize=VIEWERS_KEPT)
def capability_level(viewer: Viewer) -> ColumnElement[int]:
    """The disclosure level at which `viewer` sees each capability (and its supplier, see `visible_suppliers`).

    What is archived, or whose supplier is, is shown to the society and to the supplier itself only.
    """
    signed_in = viewer.roles - {Role.VISITOR}
    public = col(Capability.disclosure) if signed_in else _least(col(Capability.disclosure), CARD)
    offering = _supplier_beside()
    offered = and_(
        col(Capability.archived_at).is_(None),
        exists().where(col(offering.id) == col(Capability.supplier_id), col(offering.archived_at).is_(None)),
    )
    return _greatest(
        case((_curates(viewer, col(Capability.branch_id)), FULL), else_=CARD if viewer.is_society else HIDDEN),
        case((col(Capability.supplier_id).in_(viewer.suppliers), FULL), else_=HIDDEN),
        case((offered, public), else_=HIDDEN),
        _granted(viewer, SubjectKind.CAPABILITY, col(Capability.id)),
    )


@cache
def _supplier_beside() -> type[Supplier]:
    return aliased(Supplier)


def visible_capabilities(viewer: Viewer, at_least: int = CARD) -> ColumnElement[bool]:
    """The capabilities `viewer` may see at `at_least` this level."""
    return capability_level(viewer) >= at_least


def matchable_capabilities(viewer: Viewer) -> Select[Any]:
    """Ids of the capabilities the matcher may propose to `viewer`: current ones seen at L2 or more, in order of id."""
    return (
        select(Capability.id)
        .join(Supplier, col(Supplier.id) == col(Capability.supplier_id))
        .where(
            visible_capabilities(viewer, SUMMARY),
            col(Capability.archived_at).is_(None),
            col(Supplier.archived_at).is_(None),
        )
        .order_by(col(Capability.id))
    )


def visible_suppliers(viewer: Viewer) -> ColumnElement[bool]:
    """The suppliers `viewer` may see: those with a visible capability; staff and the supplier itself see all theirs."""
    if viewer.is_society:
        return true()
    shown = exists().where(col(Capability.supplier_id) == col(Supplier.id), visible_capabilities(viewer))
    return or_(shown, col(Supplier.id).in_(viewer.suppliers))


def may_edit_supplier(viewer: Viewer) -> ColumnElement[bool]:
    """The suppliers `viewer` may change: those of the own branch, and oneself."""
    return or_(_curates(viewer, col(Supplier.branch_id)), col(Supplier.id).in_(viewer.suppliers))


# --- organisations -------------------------------------------------------------------------------------------------


def visible_organisations(viewer: Viewer) -> ColumnElement[bool]:
    """The organisations `viewer` may know of: staff all; others their own and those behind a visible supplier.

    Who is asking is what needs keep secret: an organisation is never listed because of its needs.
    """
    if viewer.is_society:
        return true()
    supplies = exists().where(col(Supplier.organisation_id) == col(Organisation.id), visible_suppliers(viewer))
    return or_(supplies, col(Organisation.id).in_(viewer.organisations))


# --- deals ---------------------------------------------------------------------------------------------------------


def works_on(viewer: Viewer) -> ColumnElement[bool]:
    """The deals `viewer` may change: as owner, on the team, or (unless the deal is closed to its team) by branch."""
    if not viewer.is_society:
        return false()
    by_branch = and_(_curates(viewer, col(Deal.branch_id)), col(Deal.team_only).is_(False))
    if viewer.person_id is None:  # whoever works at the machine itself
        return by_branch
    return or_(on_team(viewer), by_branch)


def on_team(viewer: Viewer) -> ColumnElement[bool]:
    """The deals `viewer` owns or works on by name; all of them for whoever works at the machine itself."""
    if viewer.person_id is None or not viewer.is_society:
        return true() if viewer.is_society else false()
    member = exists().where(col(DealMember.deal_id) == col(Deal.id), col(DealMember.person_id) == viewer.person_id)
    return or_(col(Deal.owner_id) == viewer.person_id, member)


def leads_branch_of(viewer: Viewer) -> ColumnElement[bool]:
    """The deals of the branches that `viewer` works for, also those closed to their team: to hand over, not to read."""
    return _curates(viewer, col(Deal.branch_id))


def is_party(viewer: Viewer) -> ColumnElement[bool]:
    """The deals in which `viewer` takes part, through the own enterprise or as a supplier."""
    return exists().where(col(DealParty.deal_id) == col(Deal.id), acts_for(viewer))


def is_waited_for(viewer: Viewer) -> ColumnElement[bool]:
    """The deals that wait for a side on which `viewer` takes part: that side knows, the others do not."""
    return exists().where(
        col(DealParty.deal_id) == col(Deal.id), col(DealParty.role) == col(Deal.waiting_for), acts_for(viewer)
    )


def acts_for(viewer: Viewer, table: type[DealParty | FormerParty] = DealParty) -> ColumnElement[bool]:
    """The sides of deals, those of today or of before, that are the own enterprise or an own supplier."""
    return or_(
        col(table.organisation_id).in_(viewer.organisations),
        col(table.supplier_id).in_(viewer.suppliers),
    )


def is_out_of_a_deal(viewer: Viewer) -> ColumnElement[bool]:
    """The own sides that were taken out of deals, and with which `viewer` takes part in them in no other way."""
    still = exists().where(col(DealParty.deal_id) == col(FormerParty.deal_id), acts_for(viewer))
    return and_(acts_for(viewer, FormerParty), ~still)


def visible_deals(viewer: Viewer) -> ColumnElement[bool]:
    """The deals `viewer` may see."""
    return or_(works_on(viewer), is_party(viewer))


def visible_on_deal(viewer: Viewer, deal_id: Any, visibility: Any, shown_at: Any) -> ColumnElement[bool]:
    """What is kept on deals with this visibility and `viewer` may read; for queries that do not name Deal themselves.

    Sides read what is meant for all of them, and of what is meant for them what is so since they joined (`shown_at`): a
    further supplier does not read what was told to the first one. Who works on the deal reads everything but what is
    the team's alone.
    """
    works = exists().where(
        col(Deal.id) == deal_id, works_on(viewer), or_(visibility != Visibility.TEAM, on_team(viewer))
    )
    was_there = or_(col(DealParty.joined_at).is_(None), col(DealParty.joined_at) <= shown_at)
    meant = or_(visibility == Visibility.PARTIES, and_(visibility == col(DealParty.role), was_there))
    takes_part = exists().where(col(DealParty.deal_id) == deal_id, acts_for(viewer), meant)
    return or_(works, takes_part)


def visible_entries(viewer: Viewer) -> ColumnElement[bool]:
    """The lines of the history of deals that `viewer` may read; for queries about the events of deals alone."""
    shown_at = func.coalesce(col(Event.shown_at), col(Event.recorded_at))
    return visible_on_deal(viewer, col(Event.subject_id), col(Event.visibility), shown_at)


def visible_events(*, works_on_subject: bool) -> ColumnElement[bool]:
    """The lines of the history of a need, a supplier or a capability that who works on it, or does not, may read."""
    return true() if works_on_subject else col(Event.visibility) == Visibility.PARTIES


# --- files ---------------------------------------------------------------------------------------------------------


def visible_attachments(viewer: Viewer) -> ColumnElement[bool]:
    """The files `viewer` may read, as far as level and visibility go; for queries that name no need, capability, deal.

    Who may see an object only in part reads its files up to that level.
    """
    subject, kind = col(Attachment.subject_id), col(Attachment.subject_kind)
    level = col(Attachment.disclosure)
    on_need = exists().where(col(Need.id) == subject, need_level(viewer) >= level)
    on_capability = exists().where(col(Capability.id) == subject, capability_level(viewer) >= level)
    return or_(
        and_(kind == SubjectKind.NEED, on_need),
        and_(kind == SubjectKind.CAPABILITY, on_capability),
        and_(
            kind == SubjectKind.DEAL,
            visible_on_deal(viewer, subject, col(Attachment.visibility), col(Attachment.shown_at)),
        ),
    )


# --- shared --------------------------------------------------------------------------------------------------------


def curates(viewer: Viewer, branch_id: int | None) -> bool:
    """Whether `viewer` curates what belongs to a branch (None: to no branch)."""
    if not viewer.is_society:
        return False
    if Role.LEAD in viewer.central:
        return True
    return bool(viewer.central) if branch_id is None else branch_id in viewer.branches


def _curates(viewer: Viewer, branch: Any) -> ColumnElement[bool]:
    if not viewer.is_society:
        return false()
    if Role.LEAD in viewer.central:
        return true()
    own: ColumnElement[bool] = branch.in_(viewer.branches)
    return or_(own, branch.is_(None)) if viewer.central else own


def _granted(viewer: Viewer, kind: SubjectKind, object_id: Any) -> ColumnElement[int]:
    if viewer.person_id is None or viewer.at is None:
        return literal(HIDDEN)
    level = (
        select(func.max(Grant.level))
        .where(
            Grant.object_kind == kind,
            Grant.object_id == object_id,
            Grant.field == "",
            Grant.person_id == viewer.person_id,
            or_(col(Grant.valid_to).is_(None), col(Grant.valid_to) > viewer.at),
        )
        .correlate(Need, Capability)
        .scalar_subquery()
    )
    return func.coalesce(level, HIDDEN)


def _least(level: Any, other: int) -> ColumnElement[int]:
    return case((level < other, level), else_=other)


class _greatest(FunctionElement[int]):  # noqa: N801  # named like the SQL function that it is
    """The largest of some expressions: GREATEST in PostgreSQL, MAX with several arguments in SQLite."""

    type = Integer()
    name = "greatest"
    inherit_cache = True


@compiles(_greatest)
def _compile_greatest(element: _greatest, compiler: SQLCompiler, **options: Any) -> str:
    return f"GREATEST({compiler.process(element.clauses, **options)})"


@compiles(_greatest, "sqlite")
def _compile_greatest_sqlite(element: _greatest, compiler: SQLCompiler, **options: Any) -> str:
    return f"MAX({compiler.process(element.clauses, **options)})"


def own_organisations(session: Session, person_id: int) -> frozenset[int]:
    """The organisations a person is affiliated with now; what conflicts of interest are judged by."""
    found = session.exec(
        select(Affiliation.organisation_id).where(
            Affiliation.person_id == person_id, col(Affiliation.valid_to).is_(None)
        )
    )
    return frozenset(found)
