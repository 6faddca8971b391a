"""Stored evidence as a viewer gets to see it: places become words, ids vanish, and what may not be seen stays out.

The staff see everything but the texts of capabilities they may not read. What words prove that are only for those who
read a capability in full counts as not proved before anybody else, with all that rests on it. Of a need that is not
read in full nothing is said that rests on its budget, on whom it excludes or on who asks. The asking enterprise
sees what the documents say of its requirements, what the rules say of its own demands, what it is asked and what it
could do itself; no score, no other rule, nothing of the supplier's side.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catalog.supply.disclosure import LEVELS, shown_text
from models.access import CARD, FULL, SUMMARY
from models.capability import PROSE, CapabilityRevision
from models.match_public import (
    ChangePublic,
    FindingPublic,
    FitPartPublic,
    Params,
    PassagePublic,
    ProofPublic,
    QuestionPublic,
    ReasonPublic,
    RulePublic,
    SideFitPublic,
    WayPublic,
)
from workflow.matches.evidence import ASKED, COUNT, EXCLUDES, LOWERS, OFFERED, SEPARATOR, TERM, TERMS, Place, cut

if TYPE_CHECKING:
    from matching.types import Reason

Evidence = Mapping[str, Any]

_IDS = frozenset({"organisation", "person", "supplier", "name"})
"""Parameters of rules that name rows or people: no message needs them."""
_OWN_RULES = frozenset({"exclusion", "required_region", "ipr_stance", "ipr_state", "minimum_maturity"})
"""Rules that hold a supplier's published data against what the need itself demands."""
_OF_BUDGET = "budget_gap"
_OF_IDENTITY = frozenset({"exclusion", "conflict_of_interest"})
"""Rules that speak of who asks, or of whom that one excludes."""
_CONFIDENTIAL = frozenset({"raise_budget", "lower_floor", "state_budget", "allow_excluded", "clear_exclusion"})
"""Changes that speak of a budget or of an exclusion."""
LEFT_OUT = "proposal.passed_over.excluded"
"""Why somebody is left out, for those who may not know."""
_SUPPLIER, _ASKER, _NEED = "supplier", "asker", "need"
TEXT, UNPROVED = "text", "no_evidence"


@dataclass(frozen=True, slots=True)
class SeenRevision:
    """A revision of a capability, and the level at which the viewer may read it."""

    revision: CapabilityRevision
    public_id: str
    level: int

    @property
    def has_card(self) -> bool:
        """Whether the viewer may know of it."""
        return self.level >= CARD

    @property
    def in_full(self) -> bool:
        """Whether the viewer may read all of it."""
        return self.level >= FULL

    @property
    def text(self) -> str:
        """What the viewer may read of the prose: a beginning of it."""
        return shown_text(self.revision, self.level)

    @property
    def as_read(self) -> CapabilityRevision:
        """The revision with as much of its prose as the viewer may read; a copy that is in no session."""
        if self.in_full:
            return self.revision
        hidden = {name: "" for name in PROSE if LEVELS[name] > self.level}
        return CapabilityRevision(**(self.revision.model_dump() | hidden))

    def reaches(self, place: Place) -> bool:
        """Whether the viewer may read as far as the end of a place."""
        field, _, end = place
        return self.level >= SUMMARY and (field != TEXT or end <= len(self.text))

    def tells(self, place: Place) -> bool:
        """Whether the viewer may know what a place proves: of a summary everybody may, without its words."""
        return place[2] <= len(shown_text(self.revision, max(self.level, SUMMARY)))

    def cut(self, place: Place) -> str:
        """What stands at a place; nothing where it was erased or the viewer may not read so far."""
        return cut(self.revision, place) if self.reaches(place) else ""

    def shared(self, words: str) -> list[str]:
        """Those of the words both sides share that the viewer may read here."""
        texts = (self.revision.title, self.text, " ".join(self.revision.keywords)) if self.level >= SUMMARY else ()
        readable = "\n".join(texts).lower()
        return [word for word in words.split(SEPARATOR) if self.in_full or word.lower() in readable]


@dataclass(frozen=True, slots=True)
class Sight:
    """What a viewer may read of what matches quote: revisions by key, requirements by row, terms that are excluded.

    `in_full` is whether the need may be read in full. Scores and bands are those of the list all the same, though the
    budget moved them.
    """

    as_staff: bool
    in_full: bool
    revisions: Mapping[int, SeenRevision]
    requirements: Mapping[int, str]
    terms: tuple[str, ...] = ()


def reasons_in(evidence: Evidence, seen: SeenRevision | None) -> list[ReasonPublic]:
    """The stored reasons with the words both sides share; without those words for whoever may not read them."""
    found = []
    for reason in evidence.get("reasons", []):
        params = dict(reason["params"])
        if TERMS in reason:
            words = [word for place in reason[TERMS] if seen and (word := seen.cut(place))]
            if not words:
                continue
            params |= {TERMS: SEPARATOR.join(words), COUNT: len(words)}
        found.append(ReasonPublic(code=reason["code"], params=params))
    return found


def reasons_for(reasons: "Iterable[Reason]", seen: SeenRevision) -> list[ReasonPublic]:
    """Reasons that were not stored, as `reasons_in` shows stored ones."""
    found = []
    for reason in reasons:
        params = dict(reason.params)
        if TERMS in params:
            words = seen.shared(str(params[TERMS]))
            if not words:
                continue
            params |= {TERMS: SEPARATOR.join(words), COUNT: len(words)}
        found.append(ReasonPublic(code=reason.code, params=params))
    return found


def passages_in(evidence: Evidence, seen: SeenRevision) -> list[PassagePublic]:
    """The stored passages with what stands there."""
    return passages_at(seen, [(field, start, end) for field, start, end in evidence.get("spans", [])])


def passages_at(seen: SeenRevision, places: Iterable[Place]) -> list[PassagePublic]:
    """What stands at these places of a revision; one that may not be read, or where nothing stands, is left out."""
    return [
        PassagePublic(field=place[0], start=place[1], end=place[2], text=text)
        for place in places
        if (text := seen.cut(place))
    ]


def findings_in(evidence: Evidence, sight: Sight) -> list[FindingPublic]:
    """What the documents say of each requirement."""
    return [_finding(number, stored, sight) for number, stored in enumerate(evidence.get("findings", []))]


def rules_in(evidence: Evidence, sight: Sight) -> list[RulePublic]:
    """What the rules say, hard ones first."""
    return [rule for rule in _rules(evidence, sight) if sight.as_staff or rule.rule in _OWN_RULES]


def questions_in(evidence: Evidence, sight: Sight) -> list[QuestionPublic]:
    """What to ask: about requirements, then about what rules do not know."""
    findings = findings_in(evidence, sight)
    about_requirements = [
        QuestionPublic(ask=_SUPPLIER, requirement=number, key=f"question.{findings[number].verdict}")
        for number in evidence.get("questions", [])
    ]
    about_rules = [
        QuestionPublic(ask=rule.ask, key=rule.question_key, params=rule.params)
        for rule in _rules(evidence, sight)
        if rule.ask is not None and rule.question_key is not None
    ]
    return [one for one in (*about_requirements, *about_rules) if sight.as_staff or one.ask == _ASKER]


def need_side_in(evidence: Evidence, sight: Sight) -> SideFitPublic | None:
    """How the need fits what the supplier wants; the budget, and the figures it is part of, for those who may know."""
    side = evidence.get("need_side")
    if side is None:
        return None
    parts = [
        FitPartPublic(aspect=part["aspect"], code=part["code"], fit=part["fit"], params=part.get("params", {}))
        for part in side["parts"]
        if sight.in_full or part["aspect"] != "budget"
    ]
    if not sight.in_full:
        return SideFitPublic(parts=parts)
    return SideFitPublic(score=side["score"], band=side["band"], parts=parts)


def bottleneck_in(evidence: Evidence, sight: Sight) -> str | None:
    """Which side holds the match back, which the budget decides with other things."""
    return evidence.get("bottleneck") if sight.in_full else None


def ways_in(evidence: Evidence, sight: Sight) -> list[WayPublic]:
    """What would help; for the enterprise what it could do itself. None about a requirement with a hidden proof."""
    findings = evidence.get("findings", [])
    hidden = {number for number, stored in enumerate(findings) if not _is_told(stored, sight)}
    return [way for way in shown_ways(evidence.get("ways", []), sight) if hidden.isdisjoint(_requirements(way))]


def shown_ways(ways: Iterable[Mapping[str, Any]], sight: Sight, *, with_requirements: bool = True) -> list[WayPublic]:
    """These ways; without those about requirements where the reader may not know how they stand."""
    shown = [_way(way) for way in ways if (sight.as_staff or way["side"] == _NEED) and _may_be_known(way, sight)]
    return [way for way in shown if with_requirements or not _requirements(way)]


def _may_be_known(way: Mapping[str, Any], sight: Sight) -> bool:
    return sight.in_full or _CONFIDENTIAL.isdisjoint(change["code"] for change in way["changes"])


def _requirements(way: WayPublic) -> set[int]:
    return {change.requirement for change in way.changes if change.requirement is not None}


def without_ids(params: Mapping[str, Any]) -> Params:
    """The parameters that people may see."""
    return {name: value for name, value in params.items() if name not in _IDS and value is not None}


def _finding(number: int, stored: Mapping[str, Any], sight: Sight) -> FindingPublic:
    proof, text = stored.get("proof"), sight.requirements.get(stored["requirement"], "")
    if not _is_told(stored, sight):
        return FindingPublic(
            requirement=number, kind=stored["kind"], confirmed=stored["confirmed"], text=text, verdict=UNPROVED
        )
    seen = sight.revisions.get(proof["revision"]) if proof else None
    return FindingPublic(
        requirement=number,
        kind=stored["kind"],
        confirmed=stored["confirmed"],
        text=text,
        verdict=stored["verdict"],
        reason=_finding_reason(stored, sight, seen),
        support=stored["support"] if sight.as_staff else None,
        passage=_proof(proof, seen) if proof and seen else None,
    )


def _is_told(stored: Mapping[str, Any], sight: Sight) -> bool:
    """Whether the viewer may know of the words that prove a verdict: the verdict tells of them."""
    proof = stored.get("proof")
    seen = sight.revisions.get(proof["revision"]) if proof else None
    return proof is None or (seen is not None and seen.tells((TEXT, proof["start"], proof["end"])))


def _proof(proof: Mapping[str, Any], seen: SeenRevision) -> ProofPublic | None:
    text = seen.cut((TEXT, proof["start"], proof["end"]))
    if not text:
        return None
    return ProofPublic(
        field=TEXT,
        start=proof["start"],
        end=proof["end"],
        text=text,
        capability=seen.public_id,
        capability_title=seen.revision.title,
        date=proof["date"],
    )


def _finding_reason(stored: Mapping[str, Any], sight: Sight, seen: SeenRevision | None) -> ReasonPublic | None:
    """The reason with the figures of both sides, for whoever may read both."""
    params = dict(stored["reason"]["params"])
    if ASKED in params:
        start, end = params[ASKED]
        params[ASKED] = sight.requirements.get(stored["requirement"], "")[start:end]
    if OFFERED in params:
        start, end = params[OFFERED]
        params[OFFERED] = seen.cut((TEXT, start, end)) if seen else ""
    if params.get(ASKED) == "" or params.get(OFFERED) == "":
        return None
    return ReasonPublic(code=stored["reason"]["code"], params=params)


def _rules(evidence: Evidence, sight: Sight) -> list[RulePublic]:
    """What the rules say; of a need that is not read in full no more than that somebody is left out."""
    stored = evidence.get("rules", [])
    if sight.in_full:
        return [_rule(rule, sight) for rule in stored]
    is_left_out = any(rule["rule"] in _OF_IDENTITY and rule.get("effect") == EXCLUDES for rule in stored)
    left_out = RulePublic(rule="excluded", hard=True, verdict="fail", excludes=True, reason_key=LEFT_OUT)
    known = [_rule(rule, sight) for rule in stored if rule["rule"] not in _OF_IDENTITY | {_OF_BUDGET}]
    return [left_out, *known] if is_left_out else known


def reason_left_out(stored: Mapping[str, Any], sight: Sight) -> ReasonPublic:
    """Why a supplier is not on a list."""
    parts = stored["code"].split(".")
    if not sight.in_full and parts[0] == "rule" and parts[1] in _OF_IDENTITY:
        return ReasonPublic(code=LEFT_OUT)
    return ReasonPublic(code=stored["code"], params=rule_params(stored["params"], sight))


def _rule(stored: Mapping[str, Any], sight: Sight) -> RulePublic:
    rule, code, ask = stored["rule"], stored["code"], stored.get("ask")
    return RulePublic(
        rule=rule,
        hard=stored["hard"],
        verdict=stored["verdict"],
        excludes=stored.get("effect") == EXCLUDES,
        lowers=stored.get("effect") == LOWERS,
        reason_key=f"rule.{rule}.{code}",
        question_key=f"rule.ask.{rule}.{code}" if ask else None,
        ask=ask,
        params=rule_params(stored["params"], sight),
        adjustment=stored.get("adjustment", 0.0) if sight.as_staff else 0.0,
    )


def rule_params(stored: Mapping[str, Any], sight: Sight) -> Params:
    """Parameters of a rule's message, with the excluded term that stands there by its number."""
    params = dict(stored)
    if TERM in params:
        params[TERM] = sight.terms[params[TERM]] if sight.terms else ""
    return without_ids(params)


def _way(way: Mapping[str, Any]) -> WayPublic:
    reason = way.get("reason")
    return WayPublic(
        side=way["side"],
        band=way["band"],
        changes=[
            ChangePublic(
                code=change["code"],
                side=change["side"],
                params=without_ids(change.get("params", {})),
                requirement=change.get("requirement"),
            )
            for change in way["changes"]
        ],
        reason=ReasonPublic(code=reason["code"], params=without_ids(reason.get("params", {}))) if reason else None,
    )
