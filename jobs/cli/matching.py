"""Finding suppliers: `match`; doing a run again, and asking why the ranking changed since."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import typer

from jobs.cli.terminal import out, print_json, print_table, progress_bar, say, texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.database import Database, ReadSession
    from models.fitting_need import FittingNeedPublic, FittingNeedsPublic
    from models.match_public import (
        FoundPublic,
        MatchListPublic,
        MatchPublic,
        PlaceChangePublic,
        ProposalPublic,
        RankingChangePublic,
        ReasonPublic,
        ReplayPublic,
    )
    from workflow.indexing import SearchIndex

t = texts()
MOST = 50
"""What one match run may hold, see `workflow.matches`."""
FOUND = ("rank", "supplier", "band", "score", "capability", "reasons")
LISTED = ("rank", "supplier", "band", "score", "evidence", "capability", "reasons", "way")
CHANGED = ("before", "now", "supplier", "by_model", "by_rules", "by_data", "causes")
NEEDS = ("rank", "need", "band", "other_way", "score", "capability")
DIFFERENT = ("path", "recorded", "replayed")


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("match", help=t("cli.match.help"))(match)


def match(
    need: str = typer.Argument("", help=t("cli.match.need"), show_default=False),
    top: int = typer.Option(10, "--top", min=1, max=MOST, help=t("cli.match.top")),
    plain: bool = typer.Option(False, "--plain", help=t("cli.match.plain")),
    replay: str = typer.Option("", "--replay", metavar="RUN", help=t("cli.match.replay"), show_default=False),
    compare: str = typer.Option("", "--compare", metavar="RUN", help=t("cli.match.compare"), show_default=False),
    supplier: str = typer.Option("", "--supplier", metavar="ID", help=t("cli.match.supplier"), show_default=False),
    as_json: bool = typer.Option(False, "--json", help=t("cli.json")),
) -> None:
    """Suppliers for a need, kept as a match run; or for free text, which keeps nothing; or what became of a run.

    With `--supplier` the other way round: needs that fit one, which keeps nothing either.
    """
    if [bool(need), bool(replay), bool(compare), bool(supplier)].count(True) != 1:
        raise typer.BadParameter(t("cli.match.one_of"))
    from jobs.cli.context import open_database

    with open_database() as database:
        if replay:
            _show_replay(_replayed(database, replay), as_json=as_json)
        elif compare:
            _show_changes(_compared(database, compare), as_json=as_json)
        elif supplier:
            _show_needs(_needs(database, supplier, top), as_json=as_json)
        else:
            _match(database, need, top, varied=not plain, as_json=as_json)


def _match(database: Database, need: str, top: int, *, varied: bool, as_json: bool) -> None:
    from core.errors import NotFound
    from core.ids import looks_like_id

    need = need.encode("utf-8", "replace").decode("utf-8")  # bytes that are no UTF-8 come as lone surrogates
    with database.reading() as session:
        known = _find_need(session, need)
    if known is None and looks_like_id(need):
        raise NotFound("match.no_such_need", value=need)
    index = _index(database)
    if known is None:
        _show_found(_for_text(database, index, need, top), as_json=as_json)
        return
    listed = _for_need(database, index, known, top, varied=varied)
    if as_json:
        print_json(listed.model_dump(mode="json"))
    else:
        _show_listed(listed)


def _index(database: Database) -> SearchIndex:
    from core.settings import get_settings
    from workflow.indexing import SearchIndex, embedder_of, rules_of_society

    settings = get_settings()
    index = SearchIndex(embedder_of(settings), folder=settings.index_dir, rules=rules_of_society(settings))
    with progress_bar("cli.match.loading"), database.reading() as session:
        index.refresh(session)
    return index


def _find_need(session: ReadSession, name: str) -> str | None:
    """The public id of the need that is called so, here or where it was imported from."""
    from sqlmodel import or_, select

    from models.need import Need

    called = or_(Need.public_id == name, Need.external_id == name)
    return session.exec(select(Need.public_id).where(called)).first()


def _for_need(database: Database, index: SearchIndex, need: str, top: int, *, varied: bool) -> MatchListPublic:
    from core.clock import now
    from workflow.matches import propose_matches, show_matches
    from workflow.users import OPERATOR

    with database.writing() as session:
        propose_matches(session, OPERATOR, need, index, now=now(), k=top, varied=varied)
        return show_matches(session, OPERATOR, need)


def _for_text(database: Database, index: SearchIndex, text: str, top: int) -> FoundPublic:
    from workflow.matches import search_suppliers
    from workflow.users import OPERATOR

    with database.reading() as session:
        return search_suppliers(session, OPERATOR, index, text, k=top)


def _replayed(database: Database, run: str) -> ReplayPublic:
    from core.settings import get_settings
    from workflow.indexing import embedder_of
    from workflow.matches.replay import replay_run
    from workflow.users import OPERATOR

    with database.reading() as session:
        return replay_run(session, OPERATOR, run, embedder_of(get_settings()))


def _compared(database: Database, run: str) -> RankingChangePublic:
    from core.clock import now
    from workflow.matches.changes import explain_changes
    from workflow.users import OPERATOR

    index = _index(database)
    with database.reading() as session:
        return explain_changes(session, OPERATOR, run, index, now=now())


def _needs(database: Database, supplier: str, top: int) -> FittingNeedsPublic:
    from core.clock import now
    from workflow.matches.fitting import needs_for_supplier
    from workflow.users import OPERATOR

    index = _index(database)
    with database.reading() as session:
        known = _find_supplier(session, supplier)
        return needs_for_supplier(session, OPERATOR, known or supplier, index, now=now(), k=top)


def _find_supplier(session: ReadSession, name: str) -> str | None:
    """The public id of the supplier that is called so, here or where it was imported from."""
    from sqlmodel import or_, select

    from models.supplier import Supplier

    called = or_(Supplier.public_id == name, Supplier.external_id == name)
    return session.exec(select(Supplier.public_id).where(called)).first()


def _show_found(found: FoundPublic, *, as_json: bool) -> None:
    if as_json:
        print_json({"need": None, "run": None, **found.model_dump(mode="json")})
        return
    if found.matches:
        print_table([f"cli.column.{name}" for name in FOUND], [_found_row(line) for line in found.matches])
    else:
        out().print(t("cli.match.nothing"))
    _show_notes(found.notes)


def _show_listed(listed: MatchListPublic) -> None:
    if listed.matches:
        print_table([f"cli.column.{name}" for name in LISTED], [_listed_row(line) for line in listed.matches])
    else:
        out().print(t("cli.match.nothing"))
    for passed in listed.passed_over:
        why = _worded(passed.reason.code, passed.reason.params)
        out().print(t("cli.match.passed_over", supplier=passed.supplier_name, rank=passed.would_rank, why=why))
    _show_notes(listed.notes)
    if listed.run and listed.matches:
        say("cli.match.run", run=listed.run)


def _show_notes(notes: Sequence[ReasonPublic]) -> None:
    for note in notes:
        out().print(_worded(f"reason.{note.code}", note.params))


def _show_replay(replayed: ReplayPublic, *, as_json: bool) -> None:
    """Fails the command where the run and its record differ."""
    if as_json:
        print_json(replayed.model_dump(mode="json"))
    elif replayed.same:
        out().print(t("cli.match.same", run=replayed.run, candidates=replayed.candidates))
    else:
        rows = [(one.path, one.recorded, one.replayed) for one in replayed.differences]
        print_table([f"cli.column.{name}" for name in DIFFERENT], rows)
        say("cli.match.different", run=replayed.run)
    if not replayed.same:
        raise typer.Exit(1)


def _show_changes(changes: RankingChangePublic, *, as_json: bool) -> None:
    if as_json:
        print_json(changes.model_dump(mode="json"))
        return
    for cause in changes.causes:
        out().print(_worded(f"change.{cause.code}", cause.params))
    print_table([f"cli.column.{name}" for name in CHANGED], [_changed_row(line) for line in changes.places])


def _show_needs(found: FittingNeedsPublic, *, as_json: bool) -> None:
    if as_json:
        print_json(found.model_dump(mode="json"))
    elif found.needs:
        print_table([f"cli.column.{name}" for name in NEEDS], [_need_row(line) for line in found.needs])
    else:
        out().print(t("cli.match.no_need"))


def _need_row(line: FittingNeedPublic) -> tuple[Any, ...]:
    other_way = t(f"band.{line.need_side.band}") if line.need_side and line.need_side.band else ""
    title = f"{line.need.title or line.need.public_title}\n{line.need.public_id}"
    return line.rank, title, t(f"band.{line.band}"), other_way, _figure(line.score), line.capability_title


def _figure(score: float | None) -> str:
    return f"{score:.2f}" if score is not None else ""


def _found_row(line: ProposalPublic) -> tuple[Any, ...]:
    return line.rank, _supplier(line), _band(line), _score(line), _capability(line), _reasons(line)


def _listed_row(line: MatchPublic) -> tuple[Any, ...]:
    ways = [_worded(f"proposal.change.{c.code}", c.params) for way in line.ways[:1] for c in way.changes]
    return (
        line.rank,
        _supplier(line),
        _band(line),
        _score(line),
        _evidence(line),
        _capability(line),
        _reasons(line),
        "\n".join(ways),
    )


def _changed_row(line: PlaceChangePublic) -> tuple[Any, ...]:
    causes = "\n".join(_worded(f"change.{cause.code}", cause.params) for cause in line.causes)
    moves = (f"{move:+d}" if move else "" for move in (line.by_model, line.by_rules, line.by_data))
    return line.before, line.now, line.supplier_name, *moves, causes


def _supplier(line: ProposalPublic) -> str:
    return f"{line.supplier_name}\n{line.organisation_name}" if line.organisation_name else line.supplier_name


def _band(line: ProposalPublic) -> str:
    """The band, and the one that the texts alone would give where it is another."""
    if line.band is None:
        return ""
    lowered = line.text_band is not None and line.text_band != line.band
    return t(f"band.{line.band}") + (f"\n({t(f'band.{line.text_band}')})" if lowered else "")


def _score(line: ProposalPublic) -> str:
    return _figure(line.score)


def _capability(line: ProposalPublic) -> str:
    passage = f"\n“{line.passages[0].text}”" if line.passages and line.passages[0].field == "text" else ""
    return f"{line.capability_title}{passage}"


def _reasons(line: ProposalPublic) -> str:
    from core.wording import reason_text

    return "\n".join(reason_text(t, reason.code, reason.params) for reason in line.reasons)


def _evidence(line: MatchPublic) -> str:
    """How many requirements have which verdict, and how many questions are open."""
    counted = Counter(finding.verdict for finding in line.findings)
    verdicts = [f"{t(f'evidence.{verdict}')} {count}" for verdict, count in sorted(counted.items())]
    return "\n".join([*verdicts, *([t("cli.match.questions", count=len(line.questions))] if line.questions else [])])


def _worded(key: str, params: dict[str, str | int | float]) -> str:
    from core.wording import worded

    return worded(t, key, params)
