"""What is known of the person who is told something."""

from sqlmodel import select

from core.database import ReadSession
from core.settings import get_settings
from models.user import User


def zone_of(session: ReadSession, person_id: int | None) -> str:
    """The time zone a person works in: the own one, or the installation's."""
    own = session.exec(select(User.time_zone).where(User.person_id == person_id)).first() if person_id else None
    return own or get_settings().time_zone
