"""The people of both sides, with where they belong and with other records that may be the same human being.

Rules a maintainer must keep: three queries, however many people. Two records of one name that also share an address or
a telephone are one person; of one name alone, or of one address alone, they may be: people settle that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, or_
from sqlmodel import col, select

from core.database import ReadSession
from matching.rules import Affiliation, Person
from models.person import Affiliation as AffiliationRow
from models.person import Person as PersonRow


@dataclass(frozen=True, slots=True)
class People:
    """Persons as the rules know them by id, and the ids of the records that carry a name."""

    by_id: Mapping[int, Person] = field(default_factory=dict)
    by_name: Mapping[str, frozenset[int]] = field(default_factory=dict)

    def named(self, name: str) -> Person:
        """Somebody of whom nothing but a name is recorded: belongs nowhere here, and may be any record of that name."""
        return Person(frozenset(), (), self.by_name.get(_plain(name), frozenset()))


def read_people(session: ReadSession, ids: Iterable[int], names: Iterable[str] = ()) -> People:
    """The people with these ids, and the records of these further names."""
    wanted = session.exec(select(PersonRow).where(col(PersonRow.id).in_(set(ids)))).all()
    alike = _alike(session, wanted, names)
    same = {row.key: {row.key} | {other.key for other in alike if _is_same(row, other)} for row in wanted}
    maybe = {row.key: {other.key for other in alike if _may_be(row, other)} - same[row.key] for row in wanted}
    places = _affiliations(session, set().union(*same.values()))
    return People(
        {
            key: Person(
                ids=frozenset(one),
                affiliations=tuple(place for person in sorted(one) for place in places.get(person, ())),
                maybe=frozenset(maybe[key]),
            )
            for key, one in same.items()
        },
        _by_name([*wanted, *alike]),
    )


def _alike(session: ReadSession, people: Iterable[PersonRow], names: Iterable[str]) -> list[PersonRow]:
    """Other records with a name, an address or a telephone of these."""
    known = list(people)
    written = {_plain(name) for row in known for name in (row.name, row.name_en)} | {_plain(name) for name in names}
    emails, phones = {_plain(row.email) for row in known}, {row.phone for row in known}
    found = session.exec(
        select(PersonRow).where(
            or_(
                func.lower(col(PersonRow.name)).in_(written - {""}),
                func.lower(col(PersonRow.name_en)).in_(written - {""}),
                func.lower(col(PersonRow.email)).in_(emails - {""}),
                col(PersonRow.phone).in_(phones - {""}),
            ),
            col(PersonRow.erased_at).is_(None),
        )
    )
    return list(found)


def _is_same(one: PersonRow, other: PersonRow) -> bool:
    return _share_name(one, other) and _share_address(one, other)


def _may_be(one: PersonRow, other: PersonRow) -> bool:
    return _share_name(one, other) or (bool(one.email) and _plain(one.email) == _plain(other.email))


def _share_name(one: PersonRow, other: PersonRow) -> bool:
    return bool(_names(one) & _names(other))


def _share_address(one: PersonRow, other: PersonRow) -> bool:
    same_email = bool(one.email) and _plain(one.email) == _plain(other.email)
    return same_email or (bool(one.phone) and one.phone == other.phone)


def _names(row: PersonRow) -> set[str]:
    return {_plain(row.name), _plain(row.name_en)} - {""}


def _plain(text: str) -> str:
    return text.strip().lower()


def _affiliations(session: ReadSession, people: set[int]) -> dict[int, list[Affiliation]]:
    rows = session.exec(
        select(AffiliationRow).where(col(AffiliationRow.person_id).in_(people)).order_by(col(AffiliationRow.id))
    )
    found: dict[int, list[Affiliation]] = {}
    for row in rows:
        place = Affiliation(row.organisation_id, since=row.valid_from, until=row.valid_to)
        found.setdefault(row.person_id, []).append(place)
    return found


def _by_name(rows: Iterable[PersonRow]) -> dict[str, frozenset[int]]:
    found: dict[str, frozenset[int]] = {}
    for row in rows:
        for name in _names(row):
            found[name] = found.get(name, frozenset()) | {row.key}
    return found
