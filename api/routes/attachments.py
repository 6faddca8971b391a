"""Files on needs, capabilities and deals: their lists, their versions, and the contents to take away."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Query
from fastapi import Form as FormField
from fastapi.responses import StreamingResponse

from api.audiences import ASKERS, OFFERERS, SOCIETY, TAKING_PART
from api.dependencies import NowDep, ReadSessionDep, ViewerDep, WriteSessionDep
from api.downloads import file_response
from api.policy import ANYONE, PolicyRouter, RateClass
from api.uploads import FileStoreDep, UploadsDep
from models.deal_enums import Visibility
from models.enums import DisclosureLevel, SubjectKind
from models.file import AttachmentPublic, DownloadPublic, FileRights
from workflow.files import (
    add_version,
    attach_file,
    change_rights,
    erase_file,
    list_downloads,
    list_files,
    show_file,
    take_file,
    withdraw_file,
)

router = PolicyRouter(prefix="/api/v1", tags=["files"])

Level = Annotated[DisclosureLevel | None, FormField(description="1 to 3, for a need or a capability.")]


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file in the field `file`, and who adds it."""

    uploads: UploadsDep
    session: WriteSessionDep
    viewer: ViewerDep
    now: NowDep

    def stand_on(self, kind: SubjectKind, public_id: str, rights: FileRights) -> AttachmentPublic:
        """The file stands on the object."""
        received, store = self.uploads.take(), self.uploads.store
        added = attach_file(self.session, self.viewer, kind, public_id, received, rights, store=store, now=self.now)
        return show_file(self.session, self.viewer, added.public_id)


NewFileDep = Annotated[NewFile, Depends(scope="function")]


@router.get("/needs/{need_id}/files", roles=ANYONE, rate=RateClass.READ)
def files_of_need(need_id: str, session: ReadSessionDep, viewer: ViewerDep) -> list[AttachmentPublic]:
    """The files of a need that are for the caller."""
    return list_files(session, viewer, SubjectKind.NEED, need_id)


@router.get("/capabilities/{capability_id}/files", roles=ANYONE, rate=RateClass.READ)
def files_of_capability(capability_id: str, session: ReadSessionDep, viewer: ViewerDep) -> list[AttachmentPublic]:
    """The files of a capability that are for the caller."""
    return list_files(session, viewer, SubjectKind.CAPABILITY, capability_id)


@router.get("/deals/{deal_id}/files", roles=TAKING_PART, rate=RateClass.READ)
def files_of_deal(deal_id: str, session: ReadSessionDep, viewer: ViewerDep) -> list[AttachmentPublic]:
    """The files of a deal that are for the caller."""
    return list_files(session, viewer, SubjectKind.DEAL, deal_id)


@router.post(
    "/needs/{need_id}/files",
    roles=ASKERS,
    rate=RateClass.WRITE,
    audit="file.add",
    takes_files=True,
    status_code=HTTPStatus.CREATED,
)
def add_to_need(need_id: str, file: NewFileDep, disclosure: Level = None) -> AttachmentPublic:
    """The file (field `file`) stands on the need, at a level; at the full one when none is said."""
    return file.stand_on(SubjectKind.NEED, need_id, FileRights(disclosure=disclosure))


@router.post(
    "/capabilities/{capability_id}/files",
    roles=OFFERERS,
    rate=RateClass.WRITE,
    audit="file.add",
    takes_files=True,
    status_code=HTTPStatus.CREATED,
)
def add_to_capability(capability_id: str, file: NewFileDep, disclosure: Level = None) -> AttachmentPublic:
    """The file (field `file`) stands on the capability, at a level; at the full one when none is said."""
    return file.stand_on(SubjectKind.CAPABILITY, capability_id, FileRights(disclosure=disclosure))


@router.post(
    "/deals/{deal_id}/files",
    roles=SOCIETY,
    rate=RateClass.WRITE,
    audit="file.add",
    takes_files=True,
    status_code=HTTPStatus.CREATED,
)
def add_to_deal(
    deal_id: str, file: NewFileDep, visibility: Annotated[Visibility | None, FormField()] = None
) -> AttachmentPublic:
    """The file (field `file`) stands on the deal, for those of the visibility; for the society when none is said."""
    return file.stand_on(SubjectKind.DEAL, deal_id, FileRights(visibility=visibility))


@router.get("/files/{file_id}", roles=ANYONE, rate=RateClass.READ)
def read_file(file_id: str, session: ReadSessionDep, viewer: ViewerDep) -> AttachmentPublic:
    """A file with its versions."""
    return show_file(session, viewer, file_id)


@router.get("/files/{file_id}/content", roles=ANYONE, rate=RateClass.WRITE, audit="file.download")
def read_content(
    file_id: str,
    store: FileStoreDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    now: NowDep,
    number: Annotated[int | None, Query(ge=1, le=1_000_000)] = None,
) -> StreamingResponse:
    """The content of the newest version, or of the one with this number; that it was taken is kept."""
    return file_response(store, take_file(session, viewer, file_id, number, now=now))


@router.get("/files/{file_id}/downloads", roles=SOCIETY, rate=RateClass.READ)
def read_downloads(file_id: str, session: ReadSessionDep, viewer: ViewerDep) -> list[DownloadPublic]:
    """Who took the file last; for the society's people who may change what it stands on."""
    return list_downloads(session, viewer, file_id)


@router.post(
    "/files/{file_id}/versions",
    roles=TAKING_PART,
    rate=RateClass.WRITE,
    audit="file.add_version",
    takes_files=True,
    status_code=HTTPStatus.CREATED,
)
def add_newer(
    file_id: str, uploads: UploadsDep, session: WriteSessionDep, viewer: ViewerDep, now: NowDep
) -> AttachmentPublic:
    """The file (field `file`) is the newest version."""
    add_version(session, viewer, file_id, uploads.take(), store=uploads.store, now=now)
    return show_file(session, viewer, file_id)


@router.put("/files/{file_id}/rights", roles=TAKING_PART, rate=RateClass.WRITE, audit="file.rights")
def set_rights(
    file_id: str,
    rights: FileRights,
    session: WriteSessionDep,
    viewer: ViewerDep,
    now: NowDep,
    version: Annotated[int | None, Query()] = None,
) -> AttachmentPublic:
    """The file is for those whom the rights name."""
    change_rights(session, viewer, file_id, rights, now=now, version=version)
    return show_file(session, viewer, file_id)


@router.post("/files/{file_id}/withdraw", roles=TAKING_PART, rate=RateClass.WRITE, audit="file.withdraw")
def withdraw(file_id: str, session: WriteSessionDep, viewer: ViewerDep, now: NowDep) -> AttachmentPublic:
    """Only those who may change what it stands on still read the file."""
    withdraw_file(session, viewer, file_id, now=now)
    return show_file(session, viewer, file_id)


@router.delete("/files/{file_id}", roles=TAKING_PART, rate=RateClass.WRITE, audit="file.erase")
def erase(file_id: str, session: WriteSessionDep, viewer: ViewerDep, now: NowDep) -> AttachmentPublic:
    """Names and contents of the file are gone for good."""
    erase_file(session, viewer, file_id, now=now)
    return show_file(session, viewer, file_id)
