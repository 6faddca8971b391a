"""How the person who is told something wants to be told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from sqlmodel import col, or_, select

from core.clock import local_day
from core.database import ReadSession
from core.errors import SignInNeeded
from core.settings import get_settings
from models.access import Viewer
from models.enums import Role, SubjectKind
from models.notice import WEEKLY_BUDGET, Mute, NoticeHours, NoticePreference
from models.notice_enums import Channel, NoticeKind, NoticeTiming
from models.user import User
from tracking.notices import after_quiet_hours, usual_timing

_OF_SIDES: Final = frozenset({NoticeKind.ANSWER_WANTED, NoticeKind.DEAL_PROGRESS, NoticeKind.ENDED})
_OF_ENTERPRISES: Final = _OF_SIDES | {NoticeKind.NEED_PROGRESS, NoticeKind.NEED_EXPIRY}
_OF_SUPPLIERS: Final = _OF_SIDES | {NoticeKind.PROFILE}
_OF_SOCIETY: Final = frozenset(NoticeKind) - _OF_SIDES - {NoticeKind.NEED_PROGRESS}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person has chosen, with what is usual where nothing was."""

    zone: str
    timings: Mapping[tuple[NoticeKind, Channel], NoticeTiming]
    quiet_from: time | None = None
    quiet_to: time | None = None
    weekly_budget: int = WEEKLY_BUDGET

    def timing(self, kind: NoticeKind, channel: Channel) -> NoticeTiming:
        """When notifications of this kind go out on this channel; what is wished of mail counts for the console."""
        asked = Channel.MAIL if channel is Channel.CONSOLE else channel
        return self.timings.get((kind, asked), usual_timing(asked, kind))

    def awake(self, instant: datetime) -> datetime:
        """The first instant from `instant` on at which the person may be disturbed."""
        return after_quiet_hours(instant, self.zone, self.quiet_from, self.quiet_to)


def kinds_for(viewer: Viewer) -> list[NoticeKind]:
    """What somebody in these roles can be told of at all, in the order of the kinds."""
    asks, offers = viewer.roles & {Role.ENTERPRISE_MEMBER, Role.ENTERPRISE_ADMIN}, Role.SUPPLIER in viewer.roles
    told = {
        *(_OF_SOCIETY if viewer.is_society else ()),
        *(_OF_ENTERPRISES if asks else ()),
        *(_OF_SUPPLIERS if offers else ()),
    }
    return [kind for kind in NoticeKind if kind in told]


def signed_in(viewer: Viewer) -> int:
    """The id of the person whose wishes and messages these are. Raises SignInNeeded."""
    if viewer.person_id is None:
        raise SignInNeeded("sign_in_needed")
    return viewer.person_id


def zone_of(session: ReadSession, person_id: int | None) -> str:
    """The time zone a person works in: the own one, or the installation's."""
    own = session.exec(select(User.time_zone).where(User.person_id == person_id)).first() if person_id else None
    return own or get_settings().time_zone


def wishes_of(session: ReadSession, person_id: int) -> Wishes:
    """How the person wants to be told."""
    chosen = session.exec(select(NoticePreference).where(NoticePreference.person_id == person_id)).all()
    hours = session.exec(select(NoticeHours).where(NoticeHours.person_id == person_id)).first()
    zone, timings = zone_of(session, person_id), {(row.kind, row.channel): row.timing for row in chosen}
    if hours is None:
        return Wishes(zone, timings)
    return Wishes(zone, timings, hours.quiet_from, hours.quiet_to, hours.weekly_budget)


def mutes_on(
    session: ReadSession, person_id: int, kind: NoticeKind, subject_kind: SubjectKind, subject_id: int, today: date
) -> Sequence[Mute]:
    """What keeps notifications of this kind and about this object from the person today."""
    return session.exec(
        select(Mute).where(
            Mute.person_id == person_id,
            or_(col(Mute.until).is_(None), col(Mute.until) > today),
            or_(
                Mute.kind == kind,
                (col(Mute.subject_kind) == subject_kind) & (col(Mute.subject_id) == subject_id),
            ),
        )
    ).all()


def today_of(wishes: Wishes, now: datetime) -> date:
    """The day it is where the person works."""
    return local_day(now, wishes.zone)
