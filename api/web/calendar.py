"""The private calendar at its secret address: read by calendar programs, which cannot sign in."""

from http import HTTPStatus

from fastapi import Response
from fastapi.responses import PlainTextResponse

from api.dependencies import NowDep, ReadSessionDep
from api.policy import ANYONE, PolicyRouter, RateClass
from core.errors import NotFound
from workflow.notifications.calendar import read_calendar

router = PolicyRouter()


@router.get("/calendar/{token}.ics", roles=ANYONE, rate=RateClass.EXPORT)
def show_calendar(session: ReadSessionDep, token: str, now: NowDep) -> Response:
    """The calendar; a wrong address is not told from a revoked one."""
    try:
        text = read_calendar(session, token, now=now)
    except NotFound:
        return PlainTextResponse("404", HTTPStatus.NOT_FOUND)
    return Response(text, media_type="text/calendar; charset=utf-8", headers={"Cache-Control": "private, no-store"})
