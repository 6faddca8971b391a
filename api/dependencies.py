"""What handlers ask for, as annotated aliases.

Rules a maintainer must keep: a writing session commits before the response is sent (`scope="function"`), so a client is
never told of something that then fails; and its audit entry is in the same transaction. What takes long (the search
index, the embedder, a password) is asked for before the writing session, because that one keeps all others waiting.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, FastAPI, Path, Request

from api.csrf import SAFE_METHODS
from api.identity import IdentityDep, address_of
from api.language import language_of
from core import clock
from core.database import Database, ReadSession, WriteSession
from core.errors import AppError, Refused, SignInNeeded
from core.i18n import Language, Translator, translator
from core.settings import Settings
from models.access import ANONYMOUS, Viewer
from models.enums import AuditOutcome
from workflow.audit import record_audit
from workflow.sign_in import SignedIn

if TYPE_CHECKING:
    from matching.embedding.protocol import Embedder
    from workflow.indexing import SearchIndex


def _now() -> datetime:
    return clock.now()


NowDep = Annotated[datetime, Depends(_now)]
"""The instant of the request: the same wherever one request asks for it."""

RowNumber = Annotated[int, Path(ge=1, le=2**63 - 1)]
"""The number of a row in an address: databases fail on numbers that they cannot hold."""


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


SettingsDep = Annotated[Settings, Depends(_settings)]


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


DatabaseDep = Annotated[Database, Depends(_database)]


def _read_session(database: DatabaseDep) -> Iterator[ReadSession]:
    with database.reading() as session:
        yield session


ReadSessionDep = Annotated[ReadSession, Depends(_read_session, scope="function")]

_AUDIT = "audit"


@dataclass
class _Described:
    """What a handler says about its own audit entry; no outcome, no entry."""

    outcome: AuditOutcome | None = AuditOutcome.DONE
    subject: str = ""
    user_id: int | None = None


def _write_session(request: Request, database: DatabaseDep, now: NowDep) -> Iterator[WriteSession]:
    with database.writing() as session:
        session.info[_AUDIT] = _Described()
        yield session
        described: _Described = session.info[_AUDIT]
        if described.outcome is not None:
            _audit(session, request, described.outcome, now, subject=described.subject, user_id=described.user_id)


WriteSessionDep = Annotated[WriteSession, Depends(_write_session, scope="function")]


def undo(session: WriteSession, error: AppError) -> None:
    """What the handler has written is dropped: for a page that shows a form again, with what was wrong about it.

    That somebody was refused is in the audit log all the same; that something was mistyped is not.
    """
    session.rollback()
    session.info[_AUDIT] = _Described(AuditOutcome.REFUSED if isinstance(error, Refused) else None)


def describe_for_audit(
    session: WriteSession,
    *,
    subject: str = "",
    outcome: AuditOutcome = AuditOutcome.DONE,
    user_id: int | None = None,
) -> None:
    """The audit entry of this transaction says what it was about, whether it was carried out, and who did it.

    For what the path and the sign-in do not say, and for refusals that are committed (a failed sign-in is counted).
    """
    session.info[_AUDIT] = _Described(outcome, subject, user_id)


def audit_refusal(request: Request) -> None:
    """What somebody who is known was refused is in the audit log."""
    if getattr(request.state, "policy", None) is None:
        return
    database: Database = request.app.state.database
    with database.writing() as session:
        _audit(session, request, AuditOutcome.REFUSED, clock.now())


def _audit(
    session: WriteSession,
    request: Request,
    outcome: AuditOutcome,
    now: datetime,
    *,
    subject: str = "",
    user_id: int | None = None,
) -> None:
    policy, signed_in = request.state.policy, request.state.signed_in
    record_audit(
        session,
        policy.audit or request.scope["route"].path,
        outcome,
        user_id=signed_in.user.id if signed_in else user_id,
        now=now,
        subject=subject or " ".join(str(value) for value in request.path_params.values()),
        address=address_of(request),
    )


class Audit:
    """Lets a reading handler say that it handed out a full object."""

    def __init__(self) -> None:
        self.is_full_read = False

    def full_read(self) -> None:
        """The read is to be logged."""
        self.is_full_read = True


def _audit_of_read(request: Request, database: DatabaseDep, now: NowDep) -> Iterator[Audit]:
    audit = Audit()
    yield audit
    if audit.is_full_read and request.method in SAFE_METHODS:
        with database.writing() as session:
            _audit(session, request, AuditOutcome.DONE, now)


AuditDep = Annotated[Audit, Depends(_audit_of_read, scope="function")]


def _signed_in(identity: IdentityDep) -> SignedIn:
    if identity is None:
        raise SignInNeeded("sign_in_needed")
    return identity


SignedInDep = Annotated[SignedIn, Depends(_signed_in)]


def _viewer(identity: IdentityDep) -> Viewer:
    return identity.viewer if identity else ANONYMOUS


ViewerDep = Annotated[Viewer, Depends(_viewer)]


def _language(request: Request, identity: IdentityDep) -> Language:
    return language_of(request, identity)


LanguageDep = Annotated[Language, Depends(_language)]


def _translator(language: LanguageDep) -> Translator:
    return translator(language)


TranslatorDep = Annotated[Translator, Depends(_translator)]


def _embedder(settings: SettingsDep) -> "Embedder":
    """The process's embedder; the first to ask waits while it is loaded."""
    from workflow.indexing import embedder_of

    return embedder_of(settings)


EmbedderDep = Annotated["Embedder", Depends(_embedder)]


def search_index_of(app: FastAPI) -> "SearchIndex":
    """The process's search index, as the database is now; the first to ask waits while it is loaded."""
    state = app.state
    with state.index_lock:
        if state.index is None:
            from workflow.indexing import SearchIndex, embedder_of, rules_of_society  # not at start: numerical

            rules = rules_of_society(state.settings)
            state.index = SearchIndex(embedder_of(state.settings), folder=state.settings.index_dir, rules=rules)
        index: SearchIndex = state.index
    with state.database.reading() as session:  # its own, so that it never holds what a request takes back
        index.refresh(session)
    return index


def _search_index(request: Request) -> "SearchIndex":
    return search_index_of(request.app)


SearchIndexDep = Annotated["SearchIndex", Depends(_search_index)]
