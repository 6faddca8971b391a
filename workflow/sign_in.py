"""Signing in and out. A session is a row; its token is known to the browser alone, the database holds a digest.

Rules a maintainer must keep: an unknown login, a wrong password and a locked or disabled user are one answer, and take
the same time; `sign_in` and `change_password` return a failure instead of raising it, because the count of failures
must be committed; a password is compared before the writing session begins, because that takes long on purpose.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from secrets import token_urlsafe

from argon2.exceptions import VerificationError
from sqlmodel import col, delete, select

from core.database import ReadSession, WriteSession
from core.errors import Refused, SignInNeeded
from models.access import Viewer, viewer_of
from models.person import Person
from models.user import PASSWORD_MAX, User, UserSession
from workflow.users import HASHER, end_sessions, fold_login, set_password

ATTEMPTS_MAX = 5
"""Wrong passwords in a row after which a user is locked."""
LOCK = timedelta(minutes=15)
_EXTEND_AFTER = timedelta(minutes=5)
"""A session is written to at most this often, not on every request."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in, and through which session."""

    user: User
    viewer: Viewer
    name: str
    session: UserSession

    @property
    def csrf_token(self) -> str:
        """What every form of this session must hand back."""
        return self.session.csrf_token


@dataclass(frozen=True, slots=True)
class PasswordCheck:
    """What came of comparing a typed password with the hash that was stored at that moment."""

    login: str
    compared_with: str
    is_right: bool
    rehashed: str = ""
    """The password hashed as hashes are made now, where the stored one is weaker."""


def check_password(session: ReadSession, login: str, password: str) -> PasswordCheck:
    """Whether the password is the user's; takes as long for a login that nobody has."""
    login = fold_login(login)
    stored = session.exec(select(User.password_hash).where(User.login == login)).first()
    compared_with = stored or _nobodys_hash()
    is_right = _verify(compared_with, password)
    weak = is_right and HASHER.check_needs_rehash(compared_with)
    return PasswordCheck(login, compared_with, is_right, HASHER.hash(password) if weak else "")


def sign_in(
    session: WriteSession, check: PasswordCheck, *, now: datetime, lifetime: timedelta
) -> tuple[UserSession, str] | SignInNeeded:
    """A new session that ends after `lifetime` without activity, with its token; or why there is none.

    The caller commits in both cases: a failure has been counted, and the fifth in a row locks the user.
    """
    user = _checked_user(session, check, now)
    if user is None:
        return _failure()
    if check.rehashed:
        user.password_hash = check.rehashed
    return _open_session(session, user, now, lifetime)


def sign_out(session: WriteSession, token: str) -> None:
    """The token opens nothing any more; one that never did is no error."""
    session.exec(delete(UserSession).where(col(UserSession.token_digest) == _digest(token)))


def viewer_for_token(session: ReadSession, token: str, now: datetime) -> SignedIn | None:
    """Who holds the token, with the memberships that hold now; None when it opens nothing (any more)."""
    found = session.exec(
        select(UserSession, User, Person.name)
        .join(User, col(User.id) == col(UserSession.user_id))
        .join(Person, col(Person.id) == col(User.person_id))
        .where(
            UserSession.token_digest == _digest(token),
            col(UserSession.expires_at) > now,
            col(User.disabled_at).is_(None),
        )
    ).first()
    if found is None:
        return None
    user_session, user, name = found
    return SignedIn(user, viewer_of(session, user.person_id, now), name, user_session)


def is_due_for_extension(user_session: UserSession, now: datetime) -> bool:
    """Whether the session was used long enough after its last extension that `extend_session` is worth a write."""
    return now - user_session.last_seen_at >= _EXTEND_AFTER


def extend_session(session: WriteSession, session_id: int, *, now: datetime, lifetime: timedelta) -> None:
    """The session ends `lifetime` from now; one that has ended meanwhile stays ended."""
    user_session = session.get(UserSession, session_id)
    if user_session is not None and user_session.expires_at > now:
        user_session.last_seen_at, user_session.expires_at = now, now + lifetime


def change_password(
    session: WriteSession, signed_in: SignedIn, check: PasswordCheck, new: str, *, now: datetime
) -> Refused | None:
    """The user has the new password and is signed out everywhere else; or why not, when the old one is wrong.

    The caller commits in both cases: wrong old passwords are counted as at signing in. Raises Invalid for a new
    password that is too short or too long.
    """
    user = _checked_user(session, check, now)
    if user is None or user.key != signed_in.user.key:
        return Refused("user.wrong_password")
    set_password(user, new)
    end_sessions(session, user, but=signed_in.session.key)
    return None


def purge_sessions(session: WriteSession, *, now: datetime) -> int:
    """Sessions that have ended are gone; how many there were."""
    ended = session.exec(delete(UserSession).where(col(UserSession.expires_at) <= now))
    return ended.rowcount


def _open_session(session: WriteSession, user: User, now: datetime, lifetime: timedelta) -> tuple[UserSession, str]:
    token = token_urlsafe(32)
    user_session = UserSession(
        user_id=user.key,
        token_digest=_digest(token),
        csrf_token=token_urlsafe(32),
        created_at=now,
        last_seen_at=now,
        expires_at=now + lifetime,
    )
    session.add(user_session)
    session.flush()
    return user_session, token


def _checked_user(session: WriteSession, check: PasswordCheck, now: datetime) -> User | None:
    """The user, when the password was right and still is; a wrong one has been counted.

    The row is locked and read anew: whoever was locked, disabled or given another password meanwhile is not let in.
    """
    statement = select(User).where(User.login == check.login)
    user = session.exec(statement.with_for_update().execution_options(populate_existing=True)).first()
    if user is None or user.disabled_at or (user.locked_until and user.locked_until > now):
        return None
    if not check.is_right:
        _count_failure(user, now)
        return None
    if user.password_hash != check.compared_with:
        return None
    user.failed_attempts, user.locked_until = 0, None
    return user


def _count_failure(user: User, now: datetime) -> None:
    user.failed_attempts += 1
    if user.failed_attempts >= ATTEMPTS_MAX:
        user.failed_attempts, user.locked_until = 0, now + LOCK


def _failure() -> SignInNeeded:
    return SignInNeeded("user.sign_in_failed", attempts=ATTEMPTS_MAX, minutes=int(LOCK.total_seconds() // 60))


def _verify(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password[: PASSWORD_MAX + 1])
    except VerificationError:
        return False


@cache
def _nobodys_hash() -> str:
    """Verified when the login is unknown, so that the answer takes as long as for a wrong password."""
    return HASHER.hash(token_urlsafe(16))


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
