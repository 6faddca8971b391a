"""How the demo's people want to be told: some at once, some gathered, one left in peace in the evening."""

from datetime import time

from core.database import WriteSession
from jobs.demo.people import Cast
from models.notice import NoticeChoice, NoticeHoursForm
from models.notice_enums import Channel, NoticeKind, NoticeTiming
from workflow.notifications.wishes import choose_hours, choose_timings

_GATHERED = (NoticeKind.FEEDBACK, NoticeKind.RETURN_VISIT, NoticeKind.PROFILE)


def choose_wishes(session: WriteSession, cast: Cast) -> None:
    """The centre gathers what can wait, its colleague has quiet hours, the lead reads what is overdue once a day."""
    can_wait = [_mail(kind, NoticeTiming.WEEKLY) for kind in _GATHERED]
    choose_timings(session, cast.centre, can_wait)
    choose_timings(session, cast.lead, [_mail(NoticeKind.ESCALATION, NoticeTiming.DAILY)])
    choose_hours(session, cast.colleague, NoticeHoursForm(quiet_from=time(21), quiet_to=time(7, 30), weekly_budget=10))


def _mail(kind: NoticeKind, timing: NoticeTiming) -> NoticeChoice:
    return NoticeChoice(kind=kind, channel=Channel.MAIL, timing=timing)
