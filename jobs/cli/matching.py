"""Finding suppliers: `match`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from jobs.cli.terminal import out, print_json, print_table, progress_bar, say, texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.database import Database, ReadSession
    from models.match_public import ProposalPublic, ReasonPublic
    from workflow.indexing import SearchIndex

t = texts()
MOST = 50
"""What one match run may hold, see `workflow.matches`."""
COLUMNS = ("rank", "supplier", "band", "score", "capability", "reasons")


@dataclass(frozen=True, slots=True)
class Found:
    """The run, if one is kept, its list, and what to know about the list as a whole."""

    run: str | None
    matches: Sequence[ProposalPublic]
    notes: Sequence[ReasonPublic]


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
        found = _for_need(database, index, known, top) if known else _for_text(database, index, need, top)
    if as_json:
        matches, notes = ([line.model_dump(mode="json") for line in lines] for lines in (found.matches, found.notes))
        print_json({"need": known, "run": found.run, "matches": matches, "notes": notes})
    else:
        _print(found)


def _find_need(session: ReadSession, name: str) -> str | None:
    """The public id of the need that is called so, here or where it was imported from."""
    from sqlmodel import or_, select

    from models.need import Need

    called = or_(Need.public_id == name, Need.external_id == name)
    return session.exec(select(Need.public_id).where(called)).first()


def _for_need(database: Database, index: SearchIndex, need: str, top: int) -> Found:
    from core.clock import now
    from models.match_public import ReasonPublic
    from workflow.matches.proposing import propose_matches
    from workflow.matches.showing import show_matches
    from workflow.users import OPERATOR

    with database.writing() as session:
        run = propose_matches(session, OPERATOR, need, index, now=now(), k=top)
        shown = show_matches(session, OPERATOR, need)
        notes = [ReasonPublic(code="index_incomplete")] if index.unread else []
        return Found(run.public_id, shown.matches, notes)


def _for_text(database: Database, index: SearchIndex, text: str, top: int) -> Found:
    from workflow.matches.searching import search_suppliers
    from workflow.users import OPERATOR

    with database.reading() as session:
        found = search_suppliers(session, OPERATOR, index, text, k=top)
        return Found(None, found.matches, found.notes)


def _print(found: Found) -> None:
    from core.wording import reason_text

    if found.matches:
        print_table([f"cli.column.{name}" for name in COLUMNS], [_row(line) for line in found.matches])
    else:
        out().print(t("cli.match.nothing"))
    for note in found.notes:
        out().print(reason_text(t, note.code, note.params))
    if found.run and found.matches:
        say("cli.match.run", run=found.run)


def _row(line: ProposalPublic) -> tuple[Any, ...]:
    from core.wording import reason_text

    supplier = f"{line.supplier_name}\n{line.organisation_name}" if line.organisation_name else line.supplier_name
    reasons = "\n".join(reason_text(t, reason.code, reason.params) for reason in line.reasons)
    passage = f"\n“{line.passages[0].text}”" if line.passages and line.passages[0].field == "text" else ""
    band = t(f"band.{line.band}") if line.band else ""
    score = f"{line.score:.2f}" if line.score is not None else ""
    return line.rank, supplier, band, score, f"{line.capability_title}{passage}", reasons
