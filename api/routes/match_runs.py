"""What became of a match run: done again from its record, and why the ranking changed since."""

from api.audiences import SOCIETY
from api.dependencies import NowDep, ReadSessionDep, SearchIndexDep, ViewerDep
from api.policy import PolicyRouter, RateClass
from models.match_public import RankingChangePublic, ReplayPublic

router = PolicyRouter(prefix="/api/v1/match-runs/{run_id}", tags=["matches"])


@router.get("/replay", roles=SOCIETY, rate=RateClass.SEARCH, audit="match.replay")
def replay(run_id: str, session: ReadSessionDep, viewer: ViewerDep, index: SearchIndexDep) -> ReplayPublic:
    """The run done again with what it was made with, and where that differs from its record."""
    from workflow.matches.replay import replay_run

    return replay_run(session, viewer, run_id, index.embedder)


@router.get("/changes", roles=SOCIETY, rate=RateClass.SEARCH, audit="match.compare")
def changes(
    run_id: str, session: ReadSessionDep, viewer: ViewerDep, index: SearchIndexDep, now: NowDep
) -> RankingChangePublic:
    """Why the ranking is another now: the share of model, rules and data in each supplier's change of place."""
    from workflow.matches.changes import explain_changes

    return explain_changes(session, viewer, run_id, index, now=now)
