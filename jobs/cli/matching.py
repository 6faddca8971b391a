"""Finding suppliers: `match`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from jobs.cli.terminal import out, print_json, print_table, progress_bar, say, texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.database import Database, ReadSession
    from models.match_public import ProposalPublic
    from workflow.indexing import SearchIndex

t = texts()
MOST = 50
"""What one match run may hold, see `workflow.matches`."""
COLUMNS = ("rank", "supplier", "band", "score", "capability", "reasons")


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("match", help=t("cli.match.help"))(match)


def match(
    need: str = typer.Argument(..., help=t("cli.match.need")),
    top: int = typer.Option(10, "--top", min=1, max=MOST, help=t("cli.match.top")),
    as_json: bool = typer.Option(False, "--json", help=t("cli.json")),
) -> None:
    """Suppliers for a need, kept as a match run; or for free text, which keeps nothing."""
    from core.settings import get_settings
    from jobs.cli.context import open_database
    from workflow.indexing import SearchIndex, embedder_of

    settings = get_settings()
    with open_database() as database:
        index = SearchIndex(embedder_of(settings), folder=settings.index_dir)
        with progress_bar("cli.match.loading"), database.reading() as session:
            index.refresh(session)
            known = _find_need(session, need)
        run, found = _for_need(database, index, known, top) if known else (None, _for_text(database, index, need, top))
    if as_json:
        print_json({"need": known, "run": run, "matches": [line.model_dump(mode="json") for line in found]})
    else:
        _print(run, found)


def _find_need(session: ReadSession, name: str) -> str | None:
    """The public id of the need that is called so, here or where it was imported from."""
    from sqlmodel import or_, select

    from models.need import Need

    called = or_(Need.public_id == name, Need.external_id == name)
    return session.exec(select(Need.public_id).where(called)).first()


def _for_need(database: Database, index: SearchIndex, need: str, top: int) -> tuple[str, Sequence[ProposalPublic]]:
    from core.clock import now
    from workflow.matches.proposing import propose_matches
    from workflow.matches.showing import show_matches
    from workflow.users import OPERATOR

    with database.writing() as session:
        run = propose_matches(session, OPERATOR, need, index, now=now(), k=top)
        shown = show_matches(session, OPERATOR, need)
        return run.public_id, shown.matches


def _for_text(database: Database, index: SearchIndex, text: str, top: int) -> Sequence[ProposalPublic]:
    from workflow.matches.searching import search_suppliers
    from workflow.users import OPERATOR

    with database.reading() as session:
        return search_suppliers(session, OPERATOR, index, text, k=top)


def _print(run: str | None, found: Sequence[ProposalPublic]) -> None:
    if not found:
        out().print(t("cli.match.nothing"))
        return
    print_table([f"cli.column.{name}" for name in COLUMNS], [_row(line) for line in found])
    if run:
        say("cli.match.run", run=run)


def _row(line: ProposalPublic) -> tuple[Any, ...]:
    from core.wording import reason_text

    supplier = f"{line.supplier_name}\n{line.organisation_name}" if line.organisation_name else line.supplier_name
    reasons = "\n".join(reason_text(t, reason.code, reason.params) for reason in line.reasons)
    passage = f"\n“{line.passages[0].text}”" if line.passages and line.passages[0].field == "text" else ""
    band = t(f"band.{line.band}") if line.band else ""
    score = f"{line.score:.2f}" if line.score is not None else ""
    return line.rank, supplier, band, score, f"{line.capability_title}{passage}", reasons
