"""In which language and time zone a user wants to read and be told."""

from zoneinfo import available_timezones

from core.database import WriteSession
from core.errors import Invalid, Problem
from models.user import ReadingForm, User
from workflow.sign_in import SignedIn


def choose_reading(session: WriteSession, signed_in: SignedIn, form: ReadingForm) -> User:
    """Pages, messages and the calendar are in this language and time zone from now on.

    Without a language pages follow the browser and messages the installation; without a zone it is the installation's.
    Raises Invalid for a zone that there is none of.
    """
    if form.time_zone and form.time_zone not in available_timezones():
        raise Invalid("invalid", (Problem("field.unknown_time_zone", field="time_zone"),))
    user = session.get_one(User, signed_in.user.key)
    user.language, user.time_zone = form.language, form.time_zone
    session.flush()
    return user
