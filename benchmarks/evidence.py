"""What a supplier's documents say of each requirement is found, quoted and judged rightly."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final

from benchmarks.evidence_cases import Case, CaseSet, Verdict, read_cases
from benchmarks.evidence_cases import Requirement as Planted
from benchmarks.figure import Figure, measured
from core.language.clauses import RequirementKind
from matching.embedding.protocol import Embedder
from matching.embedding.static import SHIPPED, StaticEmbedder
from matching.evidence.assess import assess
from matching.evidence.features import Table, tables
from matching.evidence.fitting import Labelled, fit, write_weights
from matching.evidence.types import Finding, Requirement, Source
from matching.evidence.weights import Weights
from matching.lexical.statistics import shipped_statistics

NAME: Final = "evidence"
ACCURACY_BAR: Final = 0.9
RECALL_BAR: Final = 0.9
OVERLAP_BAR: Final = 0.8
FOLDS: Final = 5
NEARLY_BEST: Final = 0.15
"""A piece whose overlap with the planted evidence is within this of the best piece's counts as right, when fitting."""
LEAST_OVERLAP: Final = 0.25


@dataclass(frozen=True, slots=True)
class Judged:
    """One requirement as planted and as found; `overlap` None where evidence is missing on either side."""

    planted: Planted
    found: Finding
    overlap: float | None


def add_options(parser: ArgumentParser) -> None:
    """`--fit` and `--cross`."""
    parser.add_argument("--fit", type=Path, default=None, help="fit weights on the tuning cases and write them here")
    parser.add_argument("--cross", action="store_true", help="also cross-validate the weights within the tuning cases")


def run(options: Namespace) -> Iterator[Figure]:
    """Verdicts and spans on all cases; tuning and reserved cases apart, bars on all and on the reserved ones."""
    cases, embedder = read_cases(), StaticEmbedder.load(SHIPPED)
    tuning = [case for case in cases if not case.reserved]
    if options.fit is not None:
        write_weights(fit(_labelled(tuning, embedder)), options.fit)
    if options.cross:
        yield from _figures("tuning, cross-validated", _crossed(tuning, embedder), barred=False)
    start = perf_counter()
    judged = {case.id: _judged(case, embedder, None) for case in cases}
    seconds = perf_counter() - start
    for name, chosen, barred in (
        ("all", cases, True),
        ("tuning", tuning, False),
        ("reserved", [case for case in cases if case.reserved], True),
    ):
        yield from _figures(name, [one for case in chosen for one in judged[case.id]], barred=barred)
    for which in (CaseSet.second, CaseSet.final):
        later = [one for case in read_cases(which) for one in _judged(case, embedder, None)]
        yield from _figures(which, later, barred=which is CaseSet.final)
    yield measured(NAME, f"{sum(map(len, judged.values()))} requirements", seconds, "s")


def _figures(name: str, judged: Sequence[Judged], *, barred: bool) -> Iterator[Figure]:
    """Accuracy, recall of contradictions and overlap.

    Overlap is the mean of characters in both spans over characters in either (0 in another document), over the
    requirements with planted evidence for which some is shown. The strict one counts evidence not found as 0.
    """
    right = [one.found.verdict.value == one.planted.verdict.value for one in judged]
    against = [one for one in judged if one.planted.verdict is Verdict.contradicted]
    caught = [one.found.verdict.value == Verdict.contradicted.value for one in against]
    said = [one for one in judged if one.found.verdict.value == Verdict.contradicted.value]
    overlaps = [one.overlap for one in judged if one.overlap is not None]
    planted = sum(one.planted.evidence is not None for one in judged)
    bars = (ACCURACY_BAR, RECALL_BAR, OVERLAP_BAR) if barred else (None, None, None)
    yield measured(NAME, f"{name}: verdict accuracy, {len(judged)}", _mean(right), "", at_least=bars[0])
    yield measured(NAME, f"{name}: contradictions found, {len(against)}", _mean(caught), "", at_least=bars[1])
    true = sum(one.planted.verdict is Verdict.contradicted for one in said)
    yield measured(NAME, f"{name}: contradictions true, {len(said)}", true / max(1, len(said)), "")
    yield measured(NAME, f"{name}: span overlap, {len(overlaps)}", _mean(overlaps), "", at_least=bars[2])
    yield measured(NAME, f"{name}: span overlap, strict, {planted}", sum(overlaps) / max(1, planted), "")


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _judged(case: Case, embedder: Embedder, weights: Weights | None) -> list[Judged]:
    found = assess(case.need, _requirements(case), _sources(case), embedder, weights=weights)
    return [Judged(one, it, _overlap(case, one, it)) for one, it in zip(case.requirements, found, strict=True)]


def _requirements(case: Case) -> list[Requirement]:
    return [Requirement(one.text, RequirementKind(one.kind.value)) for one in case.requirements]


def _sources(case: Case) -> list[Source]:
    return [Source(i, document.date, document.title, document.text) for i, document in enumerate(case.documents)]


def _overlap(case: Case, planted: Planted, found: Finding) -> float | None:
    if planted.evidence is None or found.proof is None:
        return None
    same = case.documents[found.proof.source].id == planted.document
    return _shared(planted, found.proof.start, found.proof.end) if same else 0.0


def _shared(planted: Planted, start: int, end: int) -> float:
    first, last = planted.evidence_start or 0, planted.evidence_end or 0
    both = max(0, min(end, last) - max(start, first))
    return both / ((end - start) + (last - first) - both)


def _labelled(cases: Sequence[Case], embedder: Embedder) -> list[Labelled]:
    labelled = []
    for case in cases:
        read = tables(case.need, _requirements(case), [_sources(case)], shipped_statistics(), embedder)[0]
        labelled += [
            Labelled(table, _evidence(case, one, table)) for one, table in zip(case.requirements, read, strict=True)
        ]
    return labelled


def _evidence(case: Case, planted: Planted, table: Table) -> tuple[int, ...]:
    """The pieces that hold the planted evidence: the best, and others nearly as good."""
    if planted.evidence is None:
        return ()
    overlaps = [
        _shared(planted, piece.start, piece.end) if case.documents[source.id].id == planted.document else 0.0
        for piece, source in zip(table.pieces, table.sources, strict=True)
    ]
    best = max(overlaps, default=0.0)
    near = tuple(i for i, one in enumerate(overlaps) if one >= max(best - NEARLY_BEST, LEAST_OVERLAP))
    return near or tuple(i for i, one in enumerate(overlaps) if one == best > 0)[:1]


def _crossed(cases: Sequence[Case], embedder: Embedder) -> list[Judged]:
    judged: list[Judged] = []
    for fold in range(FOLDS):
        weights = fit(_labelled([case for i, case in enumerate(cases) if i % FOLDS != fold], embedder))
        held = (case for i, case in enumerate(cases) if i % FOLDS == fold)
        judged += [one for case in held for one in _judged(case, embedder, weights)]
    return judged
