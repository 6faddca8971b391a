"""Stages that one deal, or one of its contracts, has beside those of its template."""

from datetime import datetime

from sqlmodel import select

from core.database import ReadSession, WriteSession
from core.errors import Conflict, Invalid, NotFound, Problem
from models.access import Viewer
from models.deal import Deal, DealStage, ExtraStage
from models.deal_forms import ExtraStageCreate
from models.deal_public import ExtraStagePublic
from tracking.extra_stages import base_of
from tracking.store import contract_numbers, extra_code, extra_stages_of, stages_of
from workflow.deals.acts import find_owned_deal, record_act
from workflow.deals.tracks import track_named, tracks_of


def add_stage(
    session: WriteSession, viewer: Viewer, deal_id: str, form: ExtraStageCreate, *, now: datetime
) -> ExtraStage:
    """The deal, or the contract the form names, has one stage more, right after the stage that the form names.

    Raises NotFound, Refused for who is neither owner nor lead, Conflict for a closed or archived deal and for a place
    that lies behind it, Invalid for a stage it does not have.
    """
    deal = find_owned_deal(session, viewer, deal_id, form.version)
    track = track_named(tracks_of(session, deal), form.contract)
    codes = [stage.code for stage in track.template.stages]
    if form.after not in codes:
        raise Invalid("deal.no_such_stage", (Problem("field.not_a_choice", field="after"),))
    if track.row.code not in codes or codes.index(form.after) < codes.index(track.row.code):
        raise Conflict("deal.stage_is_past")
    if any(known.name == form.name for known in _of_track(session, deal, track.row)):
        raise Conflict("deal.stage_already", name=form.name)
    stage = ExtraStage(
        deal_id=deal.key,
        contract_id=track.row.contract_id,
        **form.model_dump(exclude={"contract", "version"}),
    )
    session.add(stage)
    session.flush()
    _record(session, viewer, deal, "deal.stage_added", stage, now)
    return stage


def remove_stage(
    session: WriteSession, viewer: Viewer, deal_id: str, code: str, *, now: datetime, version: int | None = None
) -> None:
    """The deal no longer has this stage of its own; what came right after it comes after what was before it.

    Raises NotFound, Refused for who is neither owner nor lead, Conflict for a stage that was entered.
    """
    deal = find_owned_deal(session, viewer, deal_id, version)
    rows = extra_stages_of(session, [deal.key])
    stage = next((row for row in rows if extra_code(row) == code), None)
    if stage is None:
        raise NotFound("deal.stage_not_found", id=code)
    if code in {row.code for row in stages_of(session, [deal.key])}:
        raise Conflict("deal.stage_was_entered")
    for other in rows:
        if other.after == code:
            other.after = stage.after
    stage.removed_at = now
    _record(session, viewer, deal, "deal.stage_removed", stage, now)


def list_extra_stages(session: ReadSession, deal: Deal, *, named: bool) -> list[ExtraStagePublic]:
    """The stages that only this deal has; their names for who works on it."""
    entered = {row.code for row in stages_of(session, [deal.key])}
    numbers = contract_numbers(session, deal.key)
    return [
        ExtraStagePublic(
            code=extra_code(row),
            contract=numbers.get(row.contract_id or 0),
            after=row.after,
            name=row.name if named else "",
            usual_days=(row.usual_from, row.usual_to),
            opened_by=row.opened_by,
            entered=extra_code(row) in entered,
        )
        for row in extra_stages_of(session, [deal.key])
    ]


def names_of_stages(session: ReadSession, deal: Deal) -> dict[str, str]:
    """What the stages that only this deal has are called, also those taken away, by their codes."""
    rows = session.exec(select(ExtraStage).where(ExtraStage.deal_id == deal.key))
    return {extra_code(row): row.name for row in rows}


def _of_track(session: ReadSession, deal: Deal, row: DealStage) -> list[ExtraStage]:
    same = ExtraStage.contract_id == row.contract_id
    statement = select(ExtraStage).where(ExtraStage.deal_id == deal.key, same)
    return [stage for stage in session.exec(statement) if stage.removed_at is None]


def _record(session: WriteSession, viewer: Viewer, deal: Deal, code: str, stage: ExtraStage, now: datetime) -> None:
    """The name stands as what somebody wrote; where it comes in, as a standard stage."""
    record_act(session, viewer, deal, code, {"stage": base_of(stage.after)}, stage.name, now=now)
