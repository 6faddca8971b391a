"""Whom and what the rows of a file of deals name: needs, organisations, suppliers, owners."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlmodel import col, select

from core.errors import Conflict, NotFound, Problem
from models.access import FULL, viewer_of, visible_needs
from models.enums import NeedStatus, SupplierKind
from models.need import Need, NeedRevision
from models.organisation import Organisation
from models.person import Person
from models.supplier import Supplier
from models.user import User
from workflow.importing.context import Importing
from workflow.importing.identities import Ambiguous, Identity, Reference, reference_problem, resolve, source_of
from workflow.importing.parsing import ParsedRow
from workflow.importing.suppliers import new_supplier
from workflow.people import person_named

SUPPLIER_NAME_MAX = 120


@dataclass(slots=True)
class Sides:
    """What one row names; a supplier without an id is yet to be written."""

    need: Need | None = None
    organisations: list[Organisation] = field(default_factory=list)
    suppliers: list[Supplier] = field(default_factory=list)
    owner: int | None = None
    owner_fault: Problem | None = None
    """Why nobody can be the owner; it matters to a new deal alone, for the owner of a known one stays."""

    @property
    def names(self) -> tuple[str, ...]:
        """Their ids, by which a row without an id of its own is known."""
        named = [self.need, *self.organisations, *self.suppliers]
        return tuple(one.public_id for one in named if one is not None)


def read_sides(work: Importing, rows: Sequence[ParsedRow]) -> dict[int, Sides]:
    """What the rows name, by the number of the row; what names nothing, or several, is a fault told once.

    An unknown supplier becomes a team of that name, as with capabilities; an unknown organisation is a fault.
    """
    sides = {row.number: Sides() for row in rows}
    told: set[tuple[str, Reference]] = set()
    needs = _needs(work, [_reference(work, row, "need") for row in rows if row.given.get("need")])
    places = resolve(work.session, Organisation, _references(work, rows, "organisations"))
    offering = resolve(work.session, Supplier, _references(work, rows, "suppliers"))
    teams: dict[Reference, Supplier] = {}
    for row in rows:
        found = sides[row.number]
        if row.given.get("need"):
            reference = _reference(work, row, "need")
            need = needs.get(reference)
            _tell(work, row, "need", reference, need, told)
            found.need = need if isinstance(need, Need) else None
        for reference in _references(work, [row], "organisations"):
            place = places.get(reference)
            _tell(work, row, "organisations", reference, place, told)
            found.organisations += [place] if isinstance(place, Organisation) else []
        for reference in _references(work, [row], "suppliers"):
            supplier = offering.get(reference) or teams.get(reference) or _team(work, row, reference, teams)
            if isinstance(supplier, Supplier):
                found.suppliers.append(supplier)
            elif supplier is not None:
                _tell(work, row, "suppliers", reference, supplier, told)
        _own(work, row, found)
    return sides


def need_fault(need: Need, *, is_over: bool) -> str | None:
    """Why the need can have no such deal, as a code: one that goes on is for a need that looks for somebody."""
    if need.archived_at is not None:
        return "need.archived"
    if is_over:
        return None
    if need.status is NeedStatus.SUBMITTED:
        return "match.need_not_focused"
    return "need.closed" if need.status is NeedStatus.CLOSED else None


def _reference(work: Importing, row: ParsedRow, name: str) -> Reference:
    return work.reference(row, name)


def _references(work: Importing, rows: Iterable[ParsedRow], name: str) -> list[Reference]:
    return [Reference(source_of(row, work.source), written) for row in rows for written in row.given.get(name) or ()]


def _tell(
    work: Importing, row: ParsedRow, name: str, reference: Reference, found: object, told: set[tuple[str, Reference]]
) -> None:
    problem = reference_problem(row, name, reference.written, found)
    if problem and (name, reference) not in told:
        work.faults.add(problem)
        told.add((name, reference))


def _needs(work: Importing, references: Sequence[Reference]) -> dict[Reference, Need | Ambiguous]:
    """The needs these references name, by an id or by the whole title; only those the viewer sees in full."""
    texts = [reference.written for reference in references]
    rows = work.session.execute(
        select(Need, NeedRevision.title)
        .join(NeedRevision, col(NeedRevision.need_id) == col(Need.id))
        .where(
            col(NeedRevision.valid_to).is_(None),
            col(Need.public_id).in_(texts) | col(Need.external_id).in_(texts) | col(NeedRevision.title).in_(texts),
            visible_needs(work.viewer, FULL),
        )
        .order_by(col(Need.id))
    ).all()
    found: dict[Reference, Need | Ambiguous] = {}
    for reference in references:
        by_id = [need for need, _ in rows if need.external_id == reference.written]
        chosen = (
            [need for need in by_id if need.source == reference.source]
            or [need for need, _ in rows if need.public_id == reference.written]
            or by_id
            or [need for need, title in rows if title == reference.written and need.archived_at is None]
        )
        if chosen:
            found[reference] = chosen[0] if len(chosen) == 1 else Ambiguous(len(chosen))
    return found


def _team(work: Importing, row: ParsedRow, reference: Reference, teams: dict[Reference, Supplier]) -> Supplier | None:
    if len(reference.written) > SUPPLIER_NAME_MAX:
        work.faults.add(row.problem("field.too_long", "suppliers", max=SUPPLIER_NAME_MAX))
        return None
    values = {"name": reference.written, "kind": SupplierKind.TEAM}
    teams[reference] = new_supplier(work, Identity(reference.source, reference.written), values)
    return teams[reference]


def _own(work: Importing, row: ParsedRow, found: Sides) -> None:
    """Whose the deal is: the one the row names, or else the one who imports; a fault where that is nobody."""
    written = row.given.get("owner")
    if not written:
        found.owner = work.viewer.person_id
        found.owner_fault = row.problem("import.owner_needed", "owner") if found.owner is None else None
        return
    try:
        person = person_named(work.session, written)
    except NotFound:
        found.owner_fault = row.problem("import.unknown_owner", "owner", value=written)
    except Conflict as error:
        found.owner_fault = row.problem("import.ambiguous_reference", "owner", value=written, n=error.params["n"])
    else:
        may_own = _may_own(work, person)
        found.owner = person.key if may_own else None
        found.owner_fault = None if may_own else row.problem("deal.member_of_society", "owner")


def _may_own(work: Importing, person: Person) -> bool:
    user = work.session.exec(select(User).where(User.person_id == person.key)).first()
    signs_in = user is not None and user.disabled_at is None
    return signs_in and viewer_of(work.session, person.key, work.now).is_society
