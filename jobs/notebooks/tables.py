"""What the matcher says, as tables for notebooks: every word of the software in both languages, side by side."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from core.i18n import Language, translator
from core.language.comparison import compare
from core.language.quantities import Quantity, quantities
from core.wording import worded
from jobs.notebooks.catalogue import Catalogue, judges
from matching.evidence.types import Finding, Requirement
from matching.proposals.standing import stand
from matching.proposals.types import Change, Proposal, Proposed, Way
from matching.proposals.ways import made

Row = tuple[object, ...]
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under `columns`, which are named in the message catalogue as `notebook.column.<name>`."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def __repr__(self) -> str:
        """The table as lines of text."""
        return "\n".join(" | ".join(map(str, line)) for line in (self._headings(), *self.rows))

    def _repr_html_(self) -> str:
        """The table as notebooks show it."""
        head = _line("th", self._headings())
        return f"<table>{head}{''.join(_line('td', row) for row in self.rows)}</table>"

    def _headings(self) -> tuple[str, ...]:
        return tuple(both(f"notebook.column.{name}") for name in self.columns)


def both(key: str, params: Mapping[str, str | int | float] | None = None) -> str:
    """A message in both languages; once, where they say the same."""
    texts = [worded(translator(language), key, params or {}) for language in Language]
    return " · ".join(dict.fromkeys(texts))


def requirements_table(requirements: Sequence[Requirement]) -> Table:
    """What the need asks for, clause by clause, with the figures read in each."""
    rows = (
        (number, one.text, both(f"enum.RequirementKind.{one.kind}"), "✓" if one.confirmed else "", _figures(one.text))
        for number, one in enumerate(requirements, start=1)
    )
    return Table(("number", "requirement", "kind", "confirmed", "figure"), tuple(rows))


def list_table(catalogue: Catalogue, proposal: Proposal) -> Table:
    """Who is proposed, with the band of the texts and what rules and evidence left of it."""
    rows = (
        (
            place.rank,
            catalogue.names[place.supplier],
            catalogue.documents[place.best.document].title,
            f"{place.score:.2f}",
            both(f"band.{place.text_band}"),
            both(f"band.{place.band}"),
            both(f"proposal.slot.{place.slot}"),
        )
        for place in proposal.proposed
    )
    return Table(("number", "supplier", "capability", "score", "text_band", "band", "slot"), tuple(rows))


def passed_over_table(catalogue: Catalogue, proposal: Proposal) -> Table:
    """Who stood high enough by its texts and is not on the list, and why."""
    rows = (
        (one.would_rank, catalogue.names[one.supplier], f"{one.score:.2f}", both(one.reason.code, one.reason.params))
        for one in proposal.passed_over
    )
    return Table(("number", "supplier", "score", "why"), tuple(rows))


def findings_table(catalogue: Catalogue, requirements: Sequence[Requirement], place: Proposed) -> Table:
    """For each requirement the verdict and the very words that prove it, with their offsets in the document."""
    rows = (
        (number, asked.text, both(f"evidence.{found.verdict}"), *_proof(catalogue, found), _why(found))
        for number, (asked, found) in enumerate(zip(requirements, place.findings, strict=True), start=1)
    )
    return Table(("number", "requirement", "verdict", "quote", "place", "date", "why"), tuple(rows))


def rules_table(place: Proposed) -> Table:
    """What each rule says of one proposed supplier; soft ones with what they move the score by."""
    rows = (
        (
            both(f"rule.title.{result.rule}"),
            both(f"rule.verdict.{result.verdict}"),
            both(result.reason_key, result.params),
            NOTHING if result.is_hard else f"{result.adjustment:+.3f}",
        )
        for result in place.rules.results
    )
    return Table(("rule", "verdict", "why", "moved"), tuple(rows))


def sides_table(place: Proposed) -> Table:
    """How the need fits what one proposed supplier wants, and which side holds the match back."""
    rows = [
        (
            both(f"proposal.fit.{part.aspect}"),
            NOTHING if part.fit is None else f"{part.fit:.2f}",
            both(f"proposal.fit.{part.aspect}.{part.code}", part.params),
        )
        for part in place.need_side.parts
    ]
    return Table(("aspect", "fit", "why"), (*rows, ("", "", both(f"proposal.bottleneck.{place.bottleneck}"))))


def ways_table(catalogue: Catalogue, need: str, places: Iterable[Proposed]) -> Table:
    """怎样才能匹配: what each side could change, and the band after those changes have really been made."""
    rows = (
        (
            place.rank,
            both(f"proposal.side.{way.side}"),
            _changes(way),
            both(f"band.{place.band}"),
            both(f"band.{way.band}") if way.changes else NOTHING,
            both(f"band.{band_after(catalogue, need, place, way)}") if way.changes else NOTHING,
        )
        for place in places
        for way in place.ways
    )
    return Table(("number", "side", "changes", "before", "promised", "after"), tuple(rows))


def band_after(catalogue: Catalogue, need: str, place: Proposed, way: Way) -> str:
    """The band of a place once the changes of `way` are made, by the step that gave it its band."""
    changed = made(catalogue.candidate(need, place), way.changes, judges())
    return stand(changed, judges()).band.value


def figures_table(pairs: Sequence[tuple[str, str]]) -> Table:
    """Demanded against offered figures: how each is read, and whether the one meets the other."""
    return Table(("demanded", "read_as", "offered", "read_as", "verdict", "gap"), tuple(map(_compared, pairs)))


def _compared(pair: tuple[str, str]) -> Row:
    demanded, offered = (quantities(text)[0] for text in pair)
    found = compare(demanded, offered)
    gap = NOTHING if found.gap is None else f"{found.gap:.0%}"
    return pair[0], _interval(demanded), pair[1], _interval(offered), both(f"notebook.figure.{found.verdict}"), gap


def _figures(text: str) -> str:
    return "; ".join(map(_interval, quantities(text)))


def _interval(figure: Quantity) -> str:
    if figure.low == figure.high:
        return f"{figure.low:g} {figure.unit}".strip()
    low = "(-∞" if figure.low is None else f"{'[' if figure.low_inclusive else '('}{figure.low:g}"
    high = "∞)" if figure.high is None else f"{figure.high:g}{']' if figure.high_inclusive else ')'}"
    return f"{low}, {high} {figure.unit}".strip()


def _proof(catalogue: Catalogue, found: Finding) -> Row:
    if found.proof is None:
        return NOTHING, NOTHING, NOTHING
    proof = found.proof
    words = catalogue.source(proof.source).text[proof.start : proof.end]
    return words, f"{proof.source}[{proof.start}:{proof.end}]", proof.date


def _why(found: Finding) -> str:
    return both(f"reason.{found.reason.code}", found.reason.params)


def _changes(way: Way) -> str:
    if way.reason is not None:
        return both(way.reason.code, way.reason.params)
    return "; ".join(map(_change, way.changes))


def _change(change: Change) -> str:
    where = "" if change.requirement is None else f" ({change.requirement + 1})"
    return both(f"proposal.change.{change.code}", change.params) + where


def _line(tag: str, cells: Iterable[object]) -> str:
    return "<tr>" + "".join(f'<{tag} style="text-align:left">{escape(str(cell))}</{tag}>' for cell in cells) + "</tr>"
