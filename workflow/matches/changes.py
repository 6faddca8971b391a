"""Why the ranking of a need's suppliers changed since a run: what is the model's, the rules' and the data's share.

The three are replaced one after another, in this order, and each supplier's place is read off after each step:
1. model: the stored candidates of then, scored and searched for evidence by the model, ranker and weights of now;
2. rules: the same under the rules of now;
3. data: the need, its suppliers and the day of now, for the policy and the lots of then.
The first two need nothing of the old model, so they work when it is long gone. Not being on the list counts as the
place after the last, so that the three parts add up to the whole change, exactly.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sqlmodel import col, select

from catalog.demand.needs import current_need_revision
from core.database import ReadSession
from models.access import Viewer
from models.capability import Capability
from models.match_public import PlaceChangePublic, RankingChangePublic, ReasonPublic, VersionsPublic
from models.supplier import Supplier
from workflow.matches.matcher import Matcher, matcher_of, recorded_rules
from workflow.matches.plain import plain
from workflow.matches.recording import given
from workflow.matches.replay import Kept, read_kept, rerun
from workflow.matches.rights import reads_in_full
from workflow.matches.showing import suppliers_by_id, versions_of
from workflow.matches.step import Step, take_step

if TYPE_CHECKING:
    from matching.proposals.types import Proposal
    from workflow.indexing import SearchIndex

ORDER = ("model", "rules", "data")
Places = Mapping[int, int]
"""By supplier, the place on a list from 1."""


@dataclass(frozen=True, slots=True)
class _Stages:
    """The places as recorded and after each step; `absent` is that of whoever is not on a list."""

    recorded: Places
    model: Places
    rules: Places
    data: Places
    absent: int

    def parts(self, supplier: int) -> list[int]:
        """By how many places each step moved the supplier down, in `ORDER`."""
        places = [stage.get(supplier, self.absent) for stage in (self.recorded, self.model, self.rules, self.data)]
        return [after - before for before, after in pairwise(places)]


def explain_changes(
    session: ReadSession, viewer: Viewer, run_id: str, index: "SearchIndex", *, now: datetime
) -> RankingChangePublic:
    """The places of a run and of now, with the share of model, rules and data in each change.

    Who was left out of the run because of an earlier answer is left out now, and so is what the viewer may not read.
    `index` was refreshed by the caller. Raises NotFound, Refused, and Conflict for a run without a record or with an
    erased revision.
    """
    kept, matcher = read_kept(session, viewer, run_id), matcher_of(index)
    step = take_step(
        session,
        viewer,
        kept.need,
        current_need_revision(session, kept.need.key),
        index,
        matcher,
        policy=kept.policy,
        now=now,
        without=kept.record.content["left_out"],
    )
    stages = _stages(session, kept, matcher, step)
    shown = sorted(stages.recorded.keys() | stages.data.keys(), key=lambda key: _order(stages, key))
    names = suppliers_by_id(session, shown)
    told = _Told(session, kept, step)
    bands = {match.supplier_id: match.band for match in kept.matches}
    bands_now = {match.supplier: match.band.value for match in step.proposal.proposed}
    return RankingChangePublic(
        run=run_id,
        run_at=kept.run.requested_at,
        need=kept.need.public_id,
        order=list(ORDER),
        causes=list(_causes(kept, step, matcher, now, in_full=reads_in_full(session, viewer, kept.need))),
        before=versions_of(kept.run, kept.record),
        now=_versions(step, matcher),
        places=[
            _place(stages, key, names[key].supplier, bands.get(key), bands_now.get(key), list(told.causes(key)))
            for key in shown
        ],
    )


def _stages(session: ReadSession, kept: Kept, matcher: Matcher, step: Step) -> _Stages:
    old_rules = recorded_rules(session, kept.record.content["matcher"])
    by_model = _places(rerun(session, kept, replace(matcher, rules=old_rules)).proposal)
    same = old_rules.digest == matcher.rules.digest
    return _Stages(
        recorded={match.supplier_id: match.rank for match in kept.matches if match.rank is not None},
        model=by_model,
        rules=by_model if same else _places(rerun(session, kept, matcher).proposal),
        data=_places(step.proposal),
        absent=kept.policy.k + 1,
    )


def _places(proposal: "Proposal") -> dict[int, int]:
    return {match.supplier: match.rank for match in proposal.proposed}


def _order(stages: _Stages, supplier: int) -> tuple[int, int, int]:
    return stages.data.get(supplier, stages.absent), stages.recorded.get(supplier, stages.absent), supplier


def _place(
    stages: _Stages,
    key: int,
    supplier: Supplier,
    band_before: str | None,
    band_now: str | None,
    causes: list[ReasonPublic],
) -> PlaceChangePublic:
    by_model, by_rules, by_data = stages.parts(key)
    return PlaceChangePublic(
        supplier=supplier.public_id,
        supplier_name=supplier.name,
        before=stages.recorded.get(key),
        now=stages.data.get(key),
        change=by_model + by_rules + by_data,
        by_model=by_model,
        by_rules=by_rules,
        by_data=by_data,
        band_before=band_before,
        band_now=band_now,
        causes=causes,
    )


def _versions(step: Step, matcher: Matcher) -> VersionsPublic:
    return VersionsPublic(
        engine=step.found.engine,
        model=step.found.model,
        index=step.found.index,
        ranker=step.proposal.ranker,
        rules=step.proposal.rules,
        weights=step.proposal.weights,
        evidence_model=matcher.evidence_embedder.name,
    )


def _causes(kept: Kept, step: Step, matcher: Matcher, now: datetime, *, in_full: bool) -> Iterator[ReasonPublic]:
    """What changed for the whole list; that the asker did only `in_full`."""
    before, here = versions_of(kept.run, kept.record), _versions(step, matcher)
    for name in ("engine", "model", "index", "ranker", "weights", "rules", "evidence_model"):
        older = name == "evidence_model" and not before.evidence_model  # its name was not kept yet
        if getattr(before, name) != getattr(here, name) and not older:
            params: dict[str, str | int | float] = {"before": getattr(before, name), "now": getattr(here, name)}
            yield ReasonPublic(code=f"version.{name}", params=params)
    content = kept.record.content
    if step.revision.key != kept.run.need_revision_id:
        yield ReasonPublic(code="need_revised")
    elif content["requirements"] != [
        [row.key, asked.kind.value, asked.confirmed] for row, asked in zip(step.requirements, step.asked, strict=True)
    ]:
        yield ReasonPublic(code="requirements_changed")
    facts = plain(replace(step.pool.need, excluded=replace(step.pool.need.excluded, terms=())))
    if in_full and step.revision.key == kept.run.need_revision_id and facts != content["need"]:
        yield ReasonPublic(code="asker_changed")
    if days := (now - kept.at).days:
        yield ReasonPublic(code="days_passed", params={"days": days})


class _Told:
    """What changed about single suppliers since a run."""

    def __init__(self, session: ReadSession, kept: Kept, step: Step) -> None:
        self._before = {line["supplier"]: line for line in kept.record.content["candidates"]}
        self._capability_of = {revision.key: key for key, revision in kept.revisions.items()}
        self._step = step
        self._found = {match.supplier: match for match in step.pool.found}
        self._archived = _archived(session, set(self._before) - set(self._found))

    def causes(self, supplier: int) -> Iterator[ReasonPublic]:
        """What there is to say of one."""
        before, found = self._before.get(supplier), self._found.get(supplier)
        if before is None:
            yield ReasonPublic(code="supplier_new")
        elif found is None:
            yield ReasonPublic(code="supplier_archived" if supplier in self._archived else "supplier_gone")
        else:
            yield from self._offers(before, found)
            now = given(found, self._step.pool.drawn[supplier])
            yield from _facts(before, now)

    def _offers(self, before: Mapping[str, Any], found: Any) -> Iterator[ReasonPublic]:
        """What became of its capabilities."""
        then = {self._capability_of[capability[0]]: capability[0] for capability in before["capabilities"]}
        scored = (found.best, *found.others)
        now = {one.document: self._step.pool.revisions[one.document].key for one in scored}
        if any(then[key] != now[key] for key in then.keys() & now.keys()):
            yield ReasonPublic(code="capability_revised")
        if now.keys() - then.keys():
            yield ReasonPublic(code="capability_new")
        if then.keys() - now.keys():
            yield ReasonPublic(code="capability_gone")


def _facts(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[ReasonPublic]:
    """Which facts are others than they were."""
    changed = before["facts"].keys() | now["facts"].keys()
    for name in sorted(name for name in changed if before["facts"].get(name) != now["facts"].get(name)):
        yield ReasonPublic(code=f"supplier.{name}")
    if before["offered"][0] != now["offered"][0]:
        yield ReasonPublic(code="capability_facts")
    if before["refused"] != now["refused"]:
        yield ReasonPublic(code="refused" if now["refused"] else "refusal_lifted")
    if before["shown"] != now["shown"]:
        yield ReasonPublic(code="shown", params={"before": before["shown"], "now": now["shown"]})


def _archived(session: ReadSession, suppliers: set[int]) -> set[int]:
    """Those of the suppliers that are archived, or have nothing on offer any more."""
    rows = session.exec(
        select(Supplier.id).where(
            col(Supplier.id).in_(suppliers),
            col(Supplier.archived_at).is_(None),
            col(Supplier.id).in_(select(Capability.supplier_id).where(col(Capability.archived_at).is_(None))),
        )
    )
    return suppliers - {key for key in rows if key is not None}
