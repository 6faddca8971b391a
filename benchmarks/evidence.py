"""What a supplier's documents say of each requirement is found, quoted and judged rightly."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final

from benchmarks.evidence_cases import Case, CaseSet, Verdict, read_cases
from benchmarks.evidence_cases import Requirement as Planted
from benchmarks.evidence_examples import (
    Example,
    Stranger,
    examples,
    likest,
    of_strangers,
    on_the_subject,
    requirements_of,
    shared,
    sources_of,
)
from benchmarks.figure import Figure, measured
from matching.embedding.protocol import Embedder
from matching.embedding.static import SHIPPED, StaticEmbedder
from matching.evidence.assess import assess
from matching.evidence.fitting import fit, write_weights
from matching.evidence.types import Finding
from matching.evidence.weights import Weights

NAME: Final = "evidence"
ACCURACY_BAR: Final = 0.9
RECALL_BAR: Final = 0.9
OVERLAP_BAR: Final = 0.8
FOLDS: Final = 5


@dataclass(frozen=True, slots=True)
class Judged:
    """One requirement as planted and as found; `overlap` None where evidence is missing on either side."""

    planted: Planted
    found: Finding
    overlap: float | None


def add_options(parser: ArgumentParser) -> None:
    """`--fit` and `--cross`."""
    parser.add_argument("--fit", type=Path, default=None, help="fit weights on the open cases and write them here")
    parser.add_argument("--cross", action="store_true", help="also cross-validate the weights within the open cases")


def run(options: Namespace) -> Iterator[Figure]:
    """Verdicts and spans on all cases; tuning and reserved cases apart, bars on all and on the reserved ones."""
    cases, embedder = read_cases(), StaticEmbedder.load(SHIPPED)
    tuning = [case for case in cases if not case.reserved]
    known = [*tuning, *read_cases(CaseSet.second), *read_cases(CaseSet.third)]
    if options.fit is not None:
        write_weights(_fitted(_all_examples(known, embedder)), options.fit)
    if options.cross:
        crossed = _crossed(known, embedder)
        for name, hard in (("tuning and second", False), ("third", True)):
            own = [one for case, one in crossed if (case.set is CaseSet.third) is hard]
            yield from _figures(f"{name}, cross-validated", own, barred=False)
    start = perf_counter()
    judged = {case.id: _judged(case, embedder, None) for case in cases}
    seconds = perf_counter() - start
    for name, chosen, barred in (
        ("all", cases, True),
        ("tuning", tuning, False),
        ("reserved", [case for case in cases if case.reserved], True),
    ):
        yield from _figures(name, [one for case in chosen for one in judged[case.id]], barred=barred)
    for which in (CaseSet.second, CaseSet.third, CaseSet.final):
        later = [one for case in read_cases(which) for one in _judged(case, embedder, None)]
        yield from _figures(which, later, barred=which is CaseSet.final)
    for name, among in (("open", known), ("final", read_cases(CaseSet.final))):
        for whose, strangers in (
            ("the likest stranger", likest(among, embedder)),
            ("another on the subject", on_the_subject(among)),
        ):
            yield from _told_by_strangers(f"{name}: told by {whose}", strangers, embedder)
    yield measured(NAME, f"{sum(map(len, judged.values()))} requirements", seconds, "s")


def _told_by_strangers(name: str, strangers: Sequence[Stranger], embedder: Embedder) -> Iterator[Figure]:
    """The share of requirements of which another case's documents are said to say something, nearly always wrongly."""
    found = [
        finding
        for one in strangers
        for finding in assess(one.need, requirements_of(one.case), sources_of(one.other), embedder)
    ]
    said = [one.proof is not None for one in found]
    against = [one.verdict.value == Verdict.contradicted.value for one in found]
    yield measured(NAME, f"{name}, {len(found)}", _mean(said), "")
    yield measured(NAME, f"{name}, contradicted", _mean(against), "")


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
    found = assess(case.need, requirements_of(case), sources_of(case), embedder, weights=weights)
    return [Judged(one, it, _overlap(case, one, it)) for one, it in zip(case.requirements, found, strict=True)]


def _overlap(case: Case, planted: Planted, found: Finding) -> float | None:
    if planted.evidence is None or found.proof is None:
        return None
    same = case.documents[found.proof.source].id == planted.document
    return shared(planted, found.proof.start, found.proof.end) if same else 0.0


def _fitted(chosen: Sequence[Example]) -> Weights:
    return fit([one.labelled for one in chosen], [one.worded for one in chosen if one.worded is not None])


def _all_examples(cases: Sequence[Case], embedder: Embedder) -> list[Example]:
    strangers = [*likest(cases, embedder), *on_the_subject(cases)]
    return [*examples(cases, embedder), *of_strangers(strangers, embedder)]


def _crossed(cases: Sequence[Case], embedder: Embedder) -> list[tuple[Case, Judged]]:
    """Every case judged with weights that were fitted on four fifths of the cases, without it."""
    known = _all_examples(cases, embedder)
    judged: list[tuple[Case, Judged]] = []
    for fold in range(FOLDS):
        held = {case.id for i, case in enumerate(cases) if i % FOLDS == fold}
        weights = _fitted([one for one in known if held.isdisjoint((one.case.id, one.told_by))])
        judged += [(case, one) for case in cases if case.id in held for one in _judged(case, embedder, weights)]
    return judged
