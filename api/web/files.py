"""The pages of files: those of an object with the form to add one, and one file with its versions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Response
from fastapi.responses import StreamingResponse

from api.audiences import ASKERS, OFFERERS, SOCIETY, TAKING_PART
from api.dependencies import NowDep, ReadSessionDep, RowNumber, ViewerDep, WriteSessionDep, undo
from api.downloads import file_response
from api.policy import ANYONE, PolicyRouter, RateClass
from api.uploads import FileStoreDep, UploadsDep
from api.web.forms import Attempt, FormDep, attempt_of, build
from api.web.shell import Shell, ShellDep
from core.database import ReadSession, WriteSession
from core.errors import AppError
from models.access import Viewer
from models.deal_enums import Visibility
from models.enums import DisclosureLevel, SubjectKind
from models.file import AttachmentPublic, DownloadPublic, FileRights
from workflow.files import (
    KINDS,
    add_version,
    attach_file,
    change_rights,
    erase_file,
    find_subject,
    list_downloads,
    list_files,
    show_file,
    take_file,
    withdraw_file,
)
from workflow.visibility import visibilities_for

router = PolicyRouter()

_PATHS = {SubjectKind.NEED: "/needs", SubjectKind.CAPABILITY: "/capabilities", SubjectKind.DEAL: "/deals"}
ACCEPTED = ",".join(f".{extension}" for extension in KINDS)
"""What a browser's file dialogue offers."""


@dataclass(frozen=True, slots=True)
class FileChoices:
    """What the forms of files let one choose."""

    on_deal: bool
    archived: bool = False
    """Whether what they stand on takes nothing new."""
    levels: Sequence[DisclosureLevel] = (DisclosureLevel.CARD, DisclosureLevel.SUMMARY, DisclosureLevel.FULL)
    visibilities: Sequence[Visibility] = ()
    accepted: str = ACCEPTED
    kinds: str = field(default=", ".join(KINDS))


@dataclass(frozen=True, slots=True)
class FileListPage:
    """The files of one object, and the form to add one."""

    kind: SubjectKind
    back: str
    files: Sequence[AttachmentPublic]
    may_add: bool
    choices: FileChoices
    attempt: Attempt


@dataclass(frozen=True, slots=True)
class FilePage:
    """One file with its versions; for the society's people who may change it also who took it."""

    file: AttachmentPublic
    back: str
    choices: FileChoices
    downloads: Sequence[DownloadPublic] | None
    attempt: Attempt
    rights: Attempt


def choices_for(session: ReadSession, viewer: Viewer, kind: SubjectKind, public_id: str) -> FileChoices:
    """What the forms of this object's files offer."""
    subject = find_subject(session, viewer, kind, public_id)
    visible = visibilities_for(session, viewer, subject.deal) if subject.deal and subject.may_change else ()
    return FileChoices(subject.deal is not None, subject.is_archived, visibilities=visible)


def file_list(
    session: ReadSession,
    viewer: Viewer,
    kind: SubjectKind,
    public_id: str,
    attempt: Attempt | None = None,
) -> FileListPage:
    """The files of an object that are for the viewer. Raises NotFound."""
    subject = find_subject(session, viewer, kind, public_id)
    start = Attempt("file", {"disclosure": [str(int(DisclosureLevel.FULL))], "visibility": [Visibility.STAFF]})
    return FileListPage(
        kind=kind,
        back=f"{_PATHS[kind]}/{public_id}",
        files=list_files(session, viewer, kind, public_id),
        may_add=subject.may_change and not subject.is_archived,
        choices=choices_for(session, viewer, kind, public_id),
        attempt=attempt or start,
    )


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that was chosen, who adds it, and to which object or file."""

    shell: ShellDep
    uploads: UploadsDep
    session: WriteSessionDep
    viewer: ViewerDep
    form: FormDep
    now: NowDep
    public_id: str

    def stand_on(self, kind: SubjectKind) -> Response:
        """The file stands on the object."""
        session, viewer, store = self.session, self.viewer, self.uploads.store
        try:
            rights, received = build(FileRights, self.form), self.uploads.take()
            attach_file(session, viewer, kind, self.public_id, received, rights, store=store, now=self.now)
        except AppError as error:
            if error.status is HTTPStatus.NOT_FOUND:
                raise
            undo(session, error)
            page = file_list(session, viewer, kind, self.public_id, attempt_of("file", self.form, error))
            return self.shell.refuse("files/list.html", page, error)
        return self.shell.go(f"{_PATHS[kind]}/{self.public_id}#files", "file_added")


NewFileDep = Annotated[NewFile, Depends(scope="function")]


@router.get("/needs/{public_id}/files", roles=ANYONE, rate=RateClass.READ)
def need_files(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, public_id: str) -> Response:
    """The files of a need."""
    return shell.render("files/list.html", file_list(session, viewer, SubjectKind.NEED, public_id))


@router.get("/capabilities/{public_id}/files", roles=ANYONE, rate=RateClass.READ)
def capability_files(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, public_id: str) -> Response:
    """The files of a capability."""
    return shell.render("files/list.html", file_list(session, viewer, SubjectKind.CAPABILITY, public_id))


@router.get("/deals/{public_id}/files", roles=TAKING_PART, rate=RateClass.READ)
def deal_files(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, public_id: str) -> Response:
    """The files of a deal."""
    return shell.render("files/list.html", file_list(session, viewer, SubjectKind.DEAL, public_id))


@router.post("/needs/{public_id}/files", roles=ASKERS, rate=RateClass.WRITE, audit="file.add", takes_files=True)
def submit_to_need(new: NewFileDep) -> Response:
    """The file stands on the need."""
    return new.stand_on(SubjectKind.NEED)


@router.post(
    "/capabilities/{public_id}/files", roles=OFFERERS, rate=RateClass.WRITE, audit="file.add", takes_files=True
)
def submit_to_capability(new: NewFileDep) -> Response:
    """The file stands on the capability."""
    return new.stand_on(SubjectKind.CAPABILITY)


@router.post("/deals/{public_id}/files", roles=SOCIETY, rate=RateClass.WRITE, audit="file.add", takes_files=True)
def submit_to_deal(new: NewFileDep) -> Response:
    """The file stands on the deal."""
    return new.stand_on(SubjectKind.DEAL)


@router.get("/files/{public_id}", roles=ANYONE, rate=RateClass.READ)
def detail_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, public_id: str) -> Response:
    """One file with its versions."""
    return shell.render("files/detail.html", _page(session, viewer, public_id))


@router.get("/files/{public_id}/content/{number}", roles=ANYONE, rate=RateClass.WRITE, audit="file.download")
def download(
    store: FileStoreDep, session: WriteSessionDep, viewer: ViewerDep, now: NowDep, public_id: str, number: RowNumber
) -> StreamingResponse:
    """A version to save; that it was taken is kept."""
    return file_response(store, take_file(session, viewer, public_id, number, now=now))


@router.post(
    "/files/{public_id}/versions", roles=TAKING_PART, rate=RateClass.WRITE, audit="file.add_version", takes_files=True
)
def submit_version(new: NewFileDep) -> Response:
    """The file has a newer version."""
    try:
        add_version(new.session, new.viewer, new.public_id, new.uploads.take(), store=new.uploads.store, now=new.now)
    except AppError as error:
        attempt = attempt_of("version", new.form, error)
        return _refused(new.shell, new.session, new.viewer, new.public_id, attempt, error)
    return new.shell.go(f"/files/{new.public_id}", "file_added")


@router.post("/files/{public_id}/rights", roles=TAKING_PART, rate=RateClass.WRITE, audit="file.rights")
def submit_rights(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """The file is for others than before."""
    try:
        change_rights(session, viewer, public_id, build(FileRights, form), now=now, version=form.version())
    except AppError as error:
        return _refused(shell, session, viewer, public_id, attempt_of("rights", form, error), error)
    return shell.go(f"/files/{public_id}", "saved")


@router.post("/files/{public_id}/withdraw", roles=TAKING_PART, rate=RateClass.WRITE, audit="file.withdraw")
def submit_withdraw(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, now: NowDep, public_id: str
) -> Response:
    """Others no longer read the file."""
    withdraw_file(session, viewer, public_id, now=now)
    return shell.go(f"/files/{public_id}", "file_withdrawn")


@router.post("/files/{public_id}/erase", roles=TAKING_PART, rate=RateClass.WRITE, audit="file.erase")
def submit_erase(shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, now: NowDep, public_id: str) -> Response:
    """The file is gone for good."""
    erase_file(session, viewer, public_id, now=now)
    return shell.go(f"/files/{public_id}", "file_erased")


def _page(session: ReadSession, viewer: Viewer, public_id: str, refused: Attempt | None = None) -> FilePage:
    file = show_file(session, viewer, public_id)
    stored = Attempt(
        "rights",
        {
            "disclosure": [str(int(file.disclosure or 0))],
            "visibility": [file.visibility.value if file.visibility else ""],
        },
    )
    return FilePage(
        file=file,
        back=f"{_PATHS[file.subject_kind]}/{file.subject}",
        choices=choices_for(session, viewer, file.subject_kind, file.subject),
        downloads=list_downloads(session, viewer, public_id) if file.may_change and viewer.is_society else None,
        attempt=refused if refused and refused.form == "version" else Attempt("version"),
        rights=refused if refused and refused.form == "rights" else stored,
    )


def _refused(
    shell: Shell, session: WriteSession, viewer: Viewer, public_id: str, attempt: Attempt, error: AppError
) -> Response:
    undo(session, error)
    return shell.refuse("files/detail.html", _page(session, viewer, public_id, attempt), error)
