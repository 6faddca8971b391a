"""In which language and time zone somebody reads: the own choice, else the cookie, the browser, the installation."""

from zoneinfo import ZoneInfo

from fastapi import Request

from core.i18n import Language
from core.settings import Settings
from workflow.sign_in import SignedIn

LANGUAGE_COOKIE = "keqiao_language"


def language_of(request: Request, signed_in: SignedIn | None) -> Language:
    """The reader's language."""
    if signed_in is not None and signed_in.user.language is not None:
        return signed_in.user.language
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in set(Language):
        return Language(chosen)
    settings: Settings = request.app.state.settings
    return _accepted(request.headers.get("accept-language", "")) or settings.language


def zone_of(settings: Settings, signed_in: SignedIn | None) -> ZoneInfo:
    """The reader's time zone."""
    own = signed_in.user.time_zone if signed_in is not None else ""
    return ZoneInfo(own or settings.time_zone)


def _accepted(header: str) -> Language | None:
    """The first language of an Accept-Language header that the software speaks; browsers send the dearest first."""
    for part in header.split(","):
        match part.split(";")[0].strip().lower().split("-")[0]:
            case "zh":
                return Language.ZH
            case "en":
                return Language.EN
    return None
