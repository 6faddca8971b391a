"""The people of both sides, with where they belong and with other records that may be the same human being.

Rules a maintainer must keep: three queries, however many people. Two records of one name that also share an address or
a telephone are one person; of one name alone, or of one mail address alone, they may be: people settle that.
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
    records = _Records([*wanted, *_alike(session, wanted, names)])
    same = {row.key: records.same(row) for row in wanted}
    places = _affiliations(session, set().union(*same.values()))
    people = {
        row.key: Person(
            ids=same[row.key],
            affiliations=tuple(place for key in sorted(same[row.key]) for place in places.get(key, ())),
            maybe=records.perhaps(row) - same[row.key],
        )
        for row in wanted
    }
    return People(people, records.by_name)


class _Records:
    """Records of people by what they share."""

    def __init__(self, rows: Iterable[PersonRow]) -> None:
        self.by_name: dict[str, frozenset[int]] = {}
        self._by_address: dict[str, frozenset[int]] = {}
        for row in rows:
            _note(self.by_name, _names(row), row.key)
            _note(self._by_address, _addresses(row), row.key)

    def same(self, row: PersonRow) -> frozenset[int]:
        """The records that are this person."""
        return frozenset({row.key}) | (self._named_as(row) & self._reached_as(row, _addresses(row)))

    def perhaps(self, row: PersonRow) -> frozenset[int]:
        """The records that are or may be this person. A telephone alone says nothing: offices share one."""
        return self._named_as(row) | self._reached_as(row, {_plain(row.email)})

    def _named_as(self, row: PersonRow) -> frozenset[int]:
        return frozenset().union(*(self.by_name.get(name, frozenset()) for name in _names(row)))

    def _reached_as(self, row: PersonRow, addresses: set[str]) -> frozenset[int]:
        return frozenset().union(*(self._by_address.get(address, frozenset()) for address in addresses))


def _note(index: dict[str, frozenset[int]], names: Iterable[str], key: int) -> None:
    for name in names:
        index[name] = index.get(name, frozenset()) | {key}


def _alike(session: ReadSession, people: Iterable[PersonRow], names: Iterable[str]) -> list[PersonRow]:
    """Other records with a name, an address or a telephone of these."""
    known = list(people)
    written = {name for row in known for name in _names(row)} | {_plain(name) for name in names}
    emails, phones = {_plain(row.email) for row in known}, {row.phone for row in known}
    found = session.exec(
        select(PersonRow).where(
            or_(
                func.lower(col(PersonRow.name)).in_(written - {""}),
                func.lower(col(PersonRow.name_en)).in_(written - {""}),
                func.lower(col(PersonRow.email)).in_(emails - {""}),
                col(PersonRow.phone).in_(phones - {""}),
            ),
            col(PersonRow.id).not_in([row.key for row in known]),
            col(PersonRow.erased_at).is_(None),
        )
    )
    return list(found)


def _names(row: PersonRow) -> set[str]:
    return {_plain(row.name), _plain(row.name_en)} - {""}


def _addresses(row: PersonRow) -> set[str]:
    return {_plain(row.email), _plain(row.phone)} - {""}


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
