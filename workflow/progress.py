"""The sides of a deal are told how it goes on.

Rules a maintainer must keep: people are told in the transaction of what happened, once for each line of the history,
and never of what they did themselves; nobody who may not read it now; of the society's reasons only what the sides read
on the page. What is brought in from files tells nobody: imports write rows and do not go through these use cases.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from core.database import ReadSession, WriteSession
from models.access import Viewer, is_party, is_waited_for, viewer_of
from models.deal import Deal, DealParty
from models.deal_enums import DealStatus
from models.enums import ReasonCode, SubjectKind
from models.history import Event
from models.notice_enums import NoticeKind
from workflow.days import day_of
from workflow.notifications import notify
from workflow.recipients import people_of_sides

Right = Callable[[Viewer], ColumnElement[bool]]
_MOVES: Final[Mapping[str, NoticeKind]] = {
    "deal.signed": NoticeKind.DEAL_PROGRESS,
    "deal.signing_undone": NoticeKind.DEAL_PROGRESS,
    "deal.paused": NoticeKind.DEAL_PROGRESS,
    "deal.revived": NoticeKind.DEAL_PROGRESS,
    "deal.won": NoticeKind.ENDED,
    "deal.lost": NoticeKind.ENDED,
    "deal.archived": NoticeKind.DEAL_PROGRESS,
    "deal.restored": NoticeKind.DEAL_PROGRESS,
}
"""The moves that the sides are told of; from stage to stage a deal moves often, which its page tells."""


def tell_of_move(session: WriteSession, deal: Deal, event: Event, reason: ReasonCode | None) -> None:
    """The people of all sides find in their messages that a contract was signed, the deal is paused or ended.

    Why it was lost is what both sides read on its page. Whose turn it was before a pause is told when it goes on.
    """
    kind = _MOVES.get(event.code)
    if kind is not None:
        ended = {"reason": reason.value} if event.code == "deal.lost" and reason else {}
        _tell_sides(session, deal, event, kind, ended, sides=_sides(session, deal))
    if event.code == "deal.revived":
        tell_of_waiting(session, deal, event)


def tell_of_opening(session: WriteSession, deal: Deal, event: Event, sides: Iterable[DealParty] | None = None) -> None:
    """The people of the sides, or of those that joined, find that they take part in the deal."""
    joined = _sides(session, deal) if sides is None else sides
    _tell_sides(session, deal, event, NoticeKind.DEAL_PROGRESS, code="opened", sides=joined)


def tell_of_merging(session: WriteSession, deal: Deal, event: Event, into: Deal) -> None:
    """The people of the deal's sides find that it goes on as part of another one."""
    path = {"path": f"/deals/{into.public_id}"}
    _tell_sides(session, deal, event, NoticeKind.DEAL_PROGRESS, path, sides=_sides(session, deal))


def tell_of_waiting(session: WriteSession, deal: Deal, event: Event) -> None:
    """The people of the side whose turn it is find that the society waits for them, and since when.

    Nobody is while the deal is paused.
    """
    if deal.waiting_for is None or deal.waiting_since is None or deal.status is not DealStatus.OPEN:
        return
    sides = [side for side in _sides(session, deal) if side.role is deal.waiting_for]
    since = {"since": deal.waiting_since.isoformat()}
    _tell_sides(session, deal, event, NoticeKind.ANSWER_WANTED, since, sides=sides, code="waiting", right=is_waited_for)


def _sides(session: ReadSession, deal: Deal) -> list[DealParty]:
    return list(session.exec(select(DealParty).where(DealParty.deal_id == deal.key).order_by(col(DealParty.id))))


def _tell_sides(
    session: WriteSession,
    deal: Deal,
    event: Event,
    kind: NoticeKind,
    params: Mapping[str, Any] | None = None,
    *,
    sides: Iterable[DealParty],
    code: str = "",
    right: Right = is_party,
) -> None:
    """`side.<code>`, by default as the line of the history is called, to who acts for the sides and did not do it."""
    code = f"side.{code or event.code.removeprefix('deal.')}"
    now = event.recorded_at
    named = {"deal": deal.public_id, "opened": day_of(deal.opened_at).isoformat(), "path": f"/deals/{deal.public_id}"}
    for person in people_of_sides(session, deal, sides, now=now):
        if person == event.actor_id or not _may(session, person, deal, right, event):
            continue
        notify(
            session,
            person,
            code,
            kind=kind,
            params=named | dict(params or {}),
            subject_kind=SubjectKind.DEAL,
            subject_id=deal.key,
            dedupe_key=f"{code}:{event.public_id}:{person}",
            now=now,
        )


def _may(session: ReadSession, person: int, deal: Deal, right: Right, event: Event) -> bool:
    """Whether the person may read what the message says of the deal."""
    viewer = viewer_of(session, person, event.recorded_at)
    return session.exec(select(Deal.id).where(Deal.id == deal.key, right(viewer))).first() is not None
