"""Why the order of a need's suppliers changed since a run: model, rules or data."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Response

from api.audiences import SOCIETY
from api.dependencies import AuditDep, NowDep, ReadSessionDep, SearchIndexDep, ViewerDep
from api.policy import PolicyRouter, RateClass
from api.web.lists import Wanted, WantedDep
from api.web.shell import ShellDep
from core.errors import Conflict
from models.match import MatchRun
from models.match_public import PlaceChangePublic, RankingChangePublic, ReplayPublic
from models.need import NeedPublic
from workflow.matches.changes import explain_changes
from workflow.matches.replay import replay_run
from workflow.matches.runs import list_runs
from workflow.needs import show_need

router = PolicyRouter(prefix="/needs/{need_id}/matches")


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """The runs to choose from, and what became of the places of the chosen one; None before there was any run."""

    need: NeedPublic
    runs: Sequence[MatchRun]
    wanted: Wanted
    changes: RankingChangePublic | None = None
    refused: Conflict | None = None
    replay: ReplayPublic | None = None

    @property
    def moved(self) -> list[PlaceChangePublic]:
        """Those whose place or band is another now."""
        places = self.changes.places if self.changes else []
        return [place for place in places if place.change or place.band_before != place.band_now]


@router.get("/changes", roles=SOCIETY, rate=RateClass.SEARCH, audit="match.compare")
def changes_page(
    shell: ShellDep,
    index: SearchIndexDep,
    session: ReadSessionDep,
    viewer: ViewerDep,
    audit: AuditDep,
    wanted: WantedDep,
    now: NowDep,
    need_id: str,
) -> Response:
    """The newest run, or the one asked for, beside what a run would give now."""
    need, runs = show_need(session, viewer, need_id), list_runs(session, viewer, need_id)
    chosen = next(
        (run.public_id for run in runs if run.public_id == wanted.text("run")), runs[0].public_id if runs else ""
    )
    changes, refused, replay = None, None, None
    if chosen:
        try:
            changes = explain_changes(session, viewer, chosen, index, now=now)
            replay = replay_run(session, viewer, chosen, index.embedder) if wanted.flag("replay") else None
        except Conflict as error:
            refused = error
    response = shell.render("matches/changes.html", ChangesPage(need, runs, wanted, changes, refused, replay))
    audit.full_read()
    return response
