"""Files and mails of some of the demo's deals: small, invented, and saying so; they come through the use cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

from core.database import WriteSession
from jobs.demo.content import PaperEntry, PapersEntry, PastedEntry
from models.access import Viewer
from models.deal import Deal
from models.deal_forms import MailCreate
from models.enums import SubjectKind
from models.file import FileRights
from workflow.deals import add_mail, receive_pasted
from workflow.files import FileStore, add_version, attach_file, receive_upload

_HERE = timedelta(hours=8)
"""The zone of the demo's people."""


@dataclass(frozen=True, slots=True)
class Clerk:
    """Puts files and mails on one deal, on the days on which they came; none of which is after `now`."""

    session: WriteSession
    viewer: Viewer
    deal: Deal
    store: FileStore
    now: datetime

    def keep(self, entries: Sequence[PapersEntry]) -> None:
        """What the content tells of this deal is on it."""
        for entry in entries:
            for paper in entry.files:
                self._file(paper)
            for mail in entry.mails:
                self._mail(mail)

    def _file(self, paper: PaperEntry) -> None:
        at = self._at(paper.days_after_start)
        first, *newer = [receive_upload(self.store, BytesIO(text.encode()), paper.name) for text in paper.versions]
        rights = FileRights(visibility=paper.visibility)
        kind, key = SubjectKind.DEAL, self.deal.public_id
        file = attach_file(self.session, self.viewer, kind, key, first, rights, store=self.store, now=at)
        for received in newer:
            add_version(self.session, self.viewer, file.public_id, received, store=self.store, now=at)

    def _mail(self, mail: PastedEntry) -> None:
        at = self._at(mail.days_after_start)
        received, form = receive_pasted(self.store, mail.text, _HERE), MailCreate(visibility=mail.visibility)
        add_mail(self.session, self.viewer, self.deal.public_id, received, form, store=self.store, now=at)

    def _at(self, days: int) -> datetime:
        return min(self.deal.opened_at + timedelta(days=days, minutes=30), self.now)
