"""`python -m benchmarks [NAME | all] [options] [--json]`: measures one claim or all; without a name, lists them."""

import ast
import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.figure import Figure
from benchmarks.reference import ReferenceMissing

FOLDER = Path(__file__).parent
ALL = "all"


def claims() -> dict[str, str]:
    """Name and first docstring line of every benchmark, found without importing any."""
    trees = {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("[!_]*.py"))}
    return {
        name: (ast.get_docstring(tree) or "").partition("\n")[0]
        for name, tree in trees.items()
        if any(isinstance(node, ast.FunctionDef) and node.name == "run" for node in tree.body)
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if every bar holds, 1 if one does not, 2 if the benchmark could not run."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    known = claims()
    if not given or given[0] in {"-h", "--help"}:
        _list(known)
        return 0
    if given[0] == ALL:
        return max([_run(name, claim, given[1:]) for name, claim in known.items()], default=0)
    if given[0] not in known:
        print(f"no benchmark {given[0]!r}; there are: {', '.join(known)}, {ALL}", file=sys.stderr)
        return 2
    return _run(given[0], known[given[0]], given[1:])


def _run(name: str, claim: str, arguments: list[str]) -> int:
    benchmark = import_module(f"benchmarks.{name}")
    parser = ArgumentParser(prog=f"python -m benchmarks {name}", description=claim)
    parser.add_argument("--json", action="store_true", help="one JSON line a figure")
    benchmark.add_options(parser)
    options = parser.parse_args(arguments)
    figures = benchmark.run(options)
    try:
        kept = _print_json(figures) if options.json else _print_table(claim, figures)
    except ReferenceMissing as missing:
        print(f"{name}: {missing}", file=sys.stderr)
        return 2
    return 0 if kept else 1


def _print_json(figures: Iterator[Figure]) -> bool:
    kept = True
    for figure in figures:
        print(json.dumps(asdict(figure), ensure_ascii=False), flush=True)
        kept &= figure.holds is not False
    return kept


def _print_table(claim: str, figures: Iterator[Figure]) -> bool:
    table = Table("figure", "value", "unit", "bar", "holds", title=claim)
    kept = True
    with Console(stderr=True).status("measuring"):
        for f in figures:
            holds = {True: "yes", False: "NO", None: ""}[f.holds]
            table.add_row(f.figure, f"{f.value:,.4g}", f.unit, f.bar or "", holds)
            kept &= f.holds is not False
    Console().print(table)
    return kept


def _list(known: dict[str, str]) -> None:
    table = Table("benchmark", "claim")
    for name, claim in known.items():
        table.add_row(name, claim)
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
