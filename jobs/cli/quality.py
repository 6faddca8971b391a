"""Measuring and fitting the ranker: `evaluate`, `fit-ranker`."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from jobs.cli.terminal import out, print_json, print_table, progress_bar, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matching.evaluation.comparison import Comparison
    from matching.evaluation.cross_validation import CrossValidation
    from matching.evaluation.folder import BenchmarkFolder
    from matching.ranker import Ranker

t = texts()
SHIPPED_NAME, COLD_NAME = "shipped", "cold"
MOST_SEEDS = 100


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("evaluate", help=t("cli.evaluate.help"))(evaluate)
    app.command("fit-ranker", help=t("cli.fit.help"))(fit_ranker)


def evaluate(
    folder: Path = typer.Argument(..., help=t("cli.evaluate.folder")),
    run: Path | None = typer.Option(None, "--run", help=t("cli.evaluate.run")),
    ranker: str = typer.Option(SHIPPED_NAME, "--ranker", help=t("cli.evaluate.ranker_file")),
    compare: bool = typer.Option(False, "--compare", help=t("cli.evaluate.compare")),
    cv: bool = typer.Option(False, "--cv", help=t("cli.evaluate.cv")),
    seeds: int = typer.Option(10, "--seeds", min=1, max=MOST_SEEDS, help=t("cli.evaluate.seeds")),
    as_json: bool = typer.Option(False, "--json", help=t("cli.json")),
) -> None:
    """Ranking quality on a benchmark folder, without a database."""
    from core.settings import get_settings
    from matching.evaluation.baseline import evaluate_baseline
    from matching.evaluation.comparison import compare as compared_with
    from matching.evaluation.evaluate import evaluate_folder
    from matching.evaluation.folder import read_folder
    from matching.evaluation.variety_cost import variety_cost
    from matching.proposals.types import Policy
    from workflow.indexing import embedder_of

    _can_be_written(run)
    chosen, embedder = _ranker(ranker), embedder_of(get_settings())
    with _folder_faults():
        benchmark = read_folder(folder)
        with progress_bar("cli.evaluate.working") as advance:
            result = evaluate_folder(folder, chosen, run_path=run, progress=advance, embedder=embedder)
        comparison = compared_with(result, evaluate_baseline(benchmark)) if compare else None
        variety = variety_cost(benchmark, embedder, chosen, Policy())
    validation = _cross_validated(benchmark, seeds, run) if cv else None
    if as_json:
        more = {"variety_ndcg10": variety.gain if variety else None}
        print_json(result.figures() | more | _comparison_json(comparison) | _validation_json(validation))
        return
    rows = [(t(f"evaluate.{name}"), _shown(value)) for name, value in result.figures().items()]
    rows.append((t("evaluate.variety_ndcg10"), f"{variety.gain:+.4f}" if variety else "–"))
    print_table(("cli.column.figure", "cli.column.value"), rows)
    _print_comparison(comparison)
    _print_validation(validation)


def fit_ranker(
    folder: Path = typer.Argument(..., help=t("cli.evaluate.folder")),
    output: Path = typer.Option(..., "--out", help=t("cli.fit.out")),
    as_json: bool = typer.Option(False, "--json", help=t("cli.json")),
) -> None:
    """A ranker fitted to the judged pairs of a folder, as readable JSON."""
    from core.errors import Invalid
    from core.settings import get_settings
    from matching.evaluation.folder import read_folder
    from matching.ranking.fitted import fit_to
    from workflow.indexing import embedder_of

    _can_be_written(output)
    with _folder_faults():
        benchmark = read_folder(folder)
    try:
        with progress_bar("cli.fit.working"):
            ranker, strength = fit_to(benchmark, embedder_of(get_settings()))
    except ValueError as error:
        raise Invalid("folder_too_small", reason=str(error)) from error
    output.write_text(ranker.to_json(), encoding="utf-8")
    if as_json:
        print_json({"ranker": ranker.name, "strength": strength, "file": str(output)})
    else:
        out().print(t("cli.fit.done", name=ranker.name, strength=strength, file=output))


def _can_be_written(file: Path | None) -> None:
    """Nobody waits minutes for what cannot be kept. Raises OSError for a file that cannot be written."""
    if file is not None:
        there = file.exists()
        file.open("ab").close()
        if not there:
            file.unlink()


@contextmanager
def _folder_faults() -> Iterator[None]:
    from core.errors import Invalid

    try:
        yield
    except ValueError as error:
        raise Invalid("benchmark_folder", reason=str(error)) from error


def _ranker(name: str) -> Ranker:
    from core.errors import Invalid
    from matching.ranker import COLD, SHIPPED, Ranker

    known = {SHIPPED_NAME: SHIPPED, COLD_NAME: COLD}
    if name in known:
        return known[name]
    path = Path(name)
    if not path.is_file():
        raise Invalid("unknown_choice", value=name, choices=", ".join(known))
    try:
        return Ranker.from_json(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Invalid("ranker_file", file=name, reason=str(error)) from error


def _cross_validated(benchmark: BenchmarkFolder, seeds: int, run: Path | None) -> CrossValidation:
    from core.errors import Invalid
    from core.settings import get_settings
    from matching.ranking.fitted import cross_validate_on
    from workflow.indexing import embedder_of

    try:
        with progress_bar("cli.evaluate.cross_validating") as advance:
            found = cross_validate_on(benchmark, embedder_of(get_settings()), seeds=range(seeds), progress=advance)
    except ValueError as error:
        raise Invalid("folder_too_small", reason=str(error)) from error
    if run:
        from matching.ranking.fitted import write_held_out

        write_held_out(run, benchmark, found)
    return found


def _comparison_json(comparison: Comparison | None) -> dict[str, Any]:
    from dataclasses import asdict

    return {"compared_with_tf_idf": asdict(comparison)} if comparison else {}


def _validation_json(validation: CrossValidation | None) -> dict[str, Any]:
    from dataclasses import asdict

    if validation is None:
        return {}
    figures = {
        name: asdict(validation.figures(results))
        for name, results in (("cold", validation.cold), ("fitted", validation.fitted))
    }
    more = {"gain": validation.gain, "p": validation.p, "seeds": len(validation.cold), "folds": validation.folds}
    return {"cross_validated": figures | more | {"strengths": validation.strengths}}


def _print_comparison(comparison: Comparison | None) -> None:
    if comparison is None:
        return
    columns = ("compared_need", "ours", "theirs", "gain")
    for name, paired in (("ndcg10", comparison.ndcg10), ("recall50", comparison.recall50)):
        if paired is None:
            continue
        ordered = sorted(paired.by_need.items(), key=lambda row: row[1][1] - row[1][0])
        rows = [(need, _shown(a), _shown(b), f"{a - b:+.4f}") for need, (a, b) in ordered]
        print_table([f"cli.column.{column}" for column in columns], rows, title=t(f"evaluate.{name}"))
        values = {"ours": _shown(paired.ours), "theirs": _shown(paired.theirs), "gain": f"{paired.gain:+.4f}"}
        counts = {"better": paired.better, "worse": paired.worse, "p": f"{paired.p:.4f}"}
        out().print(t("cli.evaluate.paired", figure=t(f"evaluate.{name}"), **values, **counts))


def _print_validation(validation: CrossValidation | None) -> None:
    from dataclasses import asdict

    if validation is None:
        return
    cold, fitted = asdict(validation.figures(validation.cold)), asdict(validation.figures(validation.fitted))
    rows = [(t(f"evaluate.{name}"), _shown(cold[name]), _shown(fitted[name])) for name in cold]
    title = t("cli.evaluate.cv_title", folds=validation.folds, seeds=len(validation.cold))
    print_table(("cli.column.figure", "cli.column.cold", "cli.column.fitted"), rows, title=title)
    out().print(t("cli.evaluate.cv_p", gain=f"{validation.gain:+.4f}", p=f"{validation.p:.4f}"))


def _shown(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)
