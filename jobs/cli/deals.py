"""Deals from the command line: `deals list`, `deals stages`, `deals move`, `deals hand-over`."""

from typing import TYPE_CHECKING

import typer

from jobs.cli.terminal import print_json, print_table, say, texts

if TYPE_CHECKING:
    from core.errors import Invalid
    from models.deal_forms import StageMove
    from models.deal_public import DealPublic
    from models.enums import ReasonCode

t = texts()
app = typer.Typer(help=t("cli.deals.help"), no_args_is_help=True)
COLUMNS = (
    "cli.deals.id",
    "cli.deals.title",
    "field.status",
    "cli.deals.stages",
    "cli.deals.next_step",
    "cli.deals.due",
    "cli.deals.owner",
)
STAGE_COLUMNS = tuple(f"cli.deals.stages_{name}" for name in ("contract", "code", "name", "here"))
_WANT_A_REASON = frozenset({"deal.reason_needed", "deal.evidence_missing"})
ID = typer.Argument(..., help=t("cli.deals.id"))
JSON = typer.Option(False, "--json", help=t("cli.json"))


@app.command("list", help=t("cli.deals.list_help"))
def list_(
    query: str = typer.Argument("", help=t("cli.deals.query"), show_default=False),
    status: str = typer.Option("", help=t("cli.deals.status")),
    stage: str = typer.Option("", help=t("cli.deals.stage")),
    as_json: bool = JSON,
) -> None:
    """The deals that are not archived, those with the latest activity first."""
    from core.clock import now
    from jobs.cli.context import choice, open_database
    from models.deal_enums import DealStatus
    from models.deal_public import DealSummary
    from workflow.codes import stage_told
    from workflow.deals import DealFilter, list_deals
    from workflow.paging import PAGE_SIZE_MAX
    from workflow.users import OPERATOR

    stage = stage and _known_stage(stage)
    wanted = DealFilter(query=query, status=choice(DealStatus, status) if status else None, stage=stage)
    lines: list[DealSummary] = []
    number = pages = 1
    with open_database() as database, database.reading() as session:
        while number <= pages:
            found = list_deals(session, OPERATOR, wanted, now=now(), page=number, size=PAGE_SIZE_MAX)
            lines += found.items
            pages, number = found.pages, number + 1
    if as_json:
        print_json([line.model_dump(mode="json") for line in lines])
        return
    rows = [
        (
            line.public_id,
            line.title,
            t(f"enum.DealStatus.{line.status}"),
            t("list.separator").join(dict.fromkeys(stage_told(t, code) for code in line.stages)),
            line.next_step,
            str(line.next_step_due or ""),
            line.owner_name,
        )
        for line in lines
    ]
    if rows:
        print_table(COLUMNS, rows)
    else:
        say("list.nothing")


@app.command("stages", help=t("cli.deals.stages_help"))
def stages(
    deal: str = typer.Argument("", help=t("cli.deals.id"), show_default=False),
    as_json: bool = JSON,
) -> None:
    """The codes that `deals move` takes, and `deals list --stage` but for `signed`, at which no deal stands."""
    from tracking.templates import COMMON, all_stages
    from workflow.codes import stage_told

    every = dict.fromkeys((*COMMON.codes, *all_stages()))
    found = _stages_of(deal) if deal else [(None, code, stage_told(t, code), False) for code in every]
    if as_json:
        print_json([dict(zip(("contract", "code", "name", "is_here"), line, strict=True)) for line in found])
        return
    rows = [(str(contract or ""), code, name, "←" if here else "") for contract, code, name, here in found]
    print_table(STAGE_COLUMNS, rows)


def _stages_of(deal: str) -> list[tuple[int | None, str, str, bool]]:
    """Of a deal: the number of the contract, the code and the name of the stage, and whether it stands there."""
    from core.clock import now
    from jobs.cli.context import open_database
    from workflow.codes import stage_told
    from workflow.deals import show_deal
    from workflow.users import OPERATOR

    with open_database() as database, database.reading() as session:
        shown = show_deal(session, OPERATOR, deal, now=now())
    return [
        (track.contract, code, stage_told(t, code, shown.stage_names), code == track.stage)
        for track in shown.tracks
        for code in track.stages
    ]


@app.command("move", help=t("cli.deals.move_help"))
def move(
    deal: str = ID,
    to: str = typer.Argument(..., help=t("cli.deals.to")),
    contract: int | None = typer.Option(None, help=t("cli.deals.contract")),
    reason: str = typer.Option("", help=t("cli.deals.reason")),
    text: str = typer.Option("", help=t("cli.deals.text")),
) -> None:
    """The deal, or one of its contracts, stands at another stage; signing is done on its page, which asks for terms."""
    from core.clock import now
    from core.errors import Invalid
    from jobs.cli.context import audit, open_database
    from models.deal_forms import StageMove
    from workflow.codes import stage_told
    from workflow.deals import advance_deal, show_deal
    from workflow.users import OPERATOR

    at = now()
    with open_database() as database, database.writing() as session:
        shown = show_deal(session, OPERATOR, deal, now=at)
        form = StageMove(to=_stage_of(shown, to), contract=contract, text=text)
        _require_no_signing(shown, form)
        fitting = _fitting(shown, form)
        form.reason = _reason(reason, fitting) if reason and fitting else None
        try:
            advance_deal(session, OPERATOR, deal, form, now=at)
        except Invalid as error:
            if error.code in _WANT_A_REASON:
                raise _with_reasons(error, fitting) from None
            raise
        audit(session, "deal.advance", deal, at)
    say("cli.deals.moved", deal=deal, stage=stage_told(t, form.to, shown.stage_names))


@app.command("hand-over", help=t("cli.deals.hand_over_help"))
def hand_over(
    person: str = typer.Argument(..., help=t("cli.deals.person")),
    deal: str = typer.Option("", help=t("cli.deals.id")),
    all_of: str = typer.Option("", "--all-of", help=t("cli.deals.all_of")),
    note: str = typer.Option(..., help=t("cli.deals.note")),
    as_json: bool = JSON,
) -> None:
    """One deal, or every open deal of somebody, belongs to somebody else."""
    from core.clock import now
    from core.errors import Invalid
    from jobs.cli.context import audit, open_database
    from models.deal_forms import HandOver, HandOverAll
    from workflow.deals import hand_over, hand_over_all
    from workflow.users import OPERATOR

    if bool(deal) == bool(all_of):
        raise Invalid("deal.one_or_all")
    at = now()
    with open_database() as database, database.writing() as session:
        if deal:
            hand_over(session, OPERATOR, deal, HandOver(person=person, note=note), now=at)
            moved = [deal]
        else:
            form = HandOverAll(leaving=all_of, person=person, note=note)
            moved = hand_over_all(session, OPERATOR, form, now=at)
        audit(session, "deal.hand_over", deal or all_of, at)
    if as_json:
        print_json({"deals": moved})
    else:
        say("cli.deals.handed_over", n=len(moved), person=person)


def _fitting(deal: "DealPublic", form: "StageMove") -> "list[ReasonCode]":
    """The reasons that may be given for going there; none where that is no move."""
    from tracking.lifecycle import MoveKind
    from tracking.reasons import reasons_for

    meant = [track for track in deal.tracks if form.contract in (None, track.contract)]
    moves = [(move.kind, track.stage) for track in meant for move in track.moves if move.to == form.to]
    return list(dict.fromkeys(reason for kind, stage in moves for reason in reasons_for(MoveKind(kind), stage)))


def _with_reasons(error: "Invalid", fitting: "list[ReasonCode]") -> "Invalid":
    """The error, telling the codes of the reasons that may be given."""
    from core.errors import Invalid, Problem

    told = Problem("deal.reasons_here", (("reasons", ",".join(fitting)),), field="reason")
    return Invalid(error.code, (told,), **error.params)


def _reason(written: str, fitting: "list[ReasonCode]") -> "ReasonCode":
    """The reason that is called so. Raises Invalid, which lists those that fit."""
    from core.errors import Invalid
    from models.enums import ReasonCode
    from workflow.importing.values import CellError, choice

    try:
        return ReasonCode(choice(ReasonCode)(written))
    except CellError:
        raise Invalid("deal.no_such_reason", value=written, reasons=",".join(fitting)) from None


def _require_no_signing(deal: "DealPublic", form: "StageMove") -> None:
    """The move signs no contract. Raises Invalid, which says where that is done."""
    from core.errors import Invalid
    from core.settings import get_settings
    from tracking.templates import SIGNED

    if form.to == SIGNED:
        raise Invalid("deal.sign_on_page", page=f"{get_settings().effective_public_url}/deals/{deal.public_id}")


def _stage_of(deal: "DealPublic", written: str) -> str:
    """The code of the stage that is called so, on this deal or elsewhere; what nothing is called stays as it is."""
    own = {extra.name: extra.code for extra in deal.extra_stages}
    return own.get(written) or _stage_named(written)


def _stage_named(written: str) -> str:
    """The code of the stage that an import would understand by this; what it would not understand as it is."""
    from workflow.importing.values import CellError, stage

    try:
        return stage(written)
    except CellError:
        return written


def _known_stage(written: str) -> str:
    """The code of the stage that is called so. Raises Invalid, which lists those there are."""
    from core.errors import Invalid, Problem
    from tracking.extra_stages import base_of
    from tracking.templates import all_stages

    code = _stage_named(written)
    if base_of(code) not in all_stages():
        problem = Problem("field.not_a_choice", field="stage")
        raise Invalid("deal.stage_nowhere", (problem,), stage=code, stage_codes=",".join(all_stages()))
    return code
