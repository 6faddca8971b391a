"""What every act on one deal is handed in with, and answered with."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from api.dependencies import NowDep, ViewerDep, WriteSessionDep
from core.database import WriteSession
from models.access import Viewer
from models.deal_public import DealPublic
from workflow.deals import show_deal


@dataclass(frozen=True, slots=True)
class DealAct:
    """Who acts on which deal, and when."""

    deal_id: str
    session: WriteSessionDep
    viewer: ViewerDep
    now: NowDep

    @property
    def of(self) -> tuple[WriteSession, Viewer, str]:
        """What every use case about a deal begins with."""
        return self.session, self.viewer, self.deal_id

    def shown(self) -> DealPublic:
        """The deal as it is after the act."""
        return show_deal(*self.of, now=self.now)


DealActDep = Annotated[DealAct, Depends(scope="function")]
