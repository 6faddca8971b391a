"""Everything that decides about a list and is neither data nor request: model, ranker, rules and weights of evidence.

A model is a file of its own and is known by its name, which changes with it: the one that ranks, and the one with which
evidence is looked for. The latter is always the one that ships, because the weights of evidence are fitted to it.
Ranker, rules and weights are kept by their content, so that a run replays after they were changed.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from sqlmodel import col, select

from core.database import ReadSession, WriteSession
from core.errors import Conflict
from matching.embedding.static import shipped_embedder
from matching.evidence.weights import Weights, shipped_weights, weights_of
from matching.lexical.statistics import TermStatistics, shipped_statistics
from matching.ranker import Ranker
from matching.rules import RuleSet, load_rules
from models.match import MatcherVersion
from models.match_enums import MatcherPart
from workflow.matches.plain import digest

if TYPE_CHECKING:
    from matching.embedding.protocol import Embedder
    from workflow.indexing import SearchIndex

T = TypeVar("T")
Digests = Mapping[str, str]
"""By part, what its content is known by."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """One state of the matcher."""

    embedder: "Embedder"
    evidence_embedder: "Embedder"
    ranker: Ranker
    rules: RuleSet
    weights: Weights
    statistics: TermStatistics


def matcher_of(index: "SearchIndex") -> Matcher:
    """The one in force."""
    return Matcher(
        embedder=index.embedder,
        evidence_embedder=shipped_embedder(),
        ranker=index.engine.ranker,
        rules=index.rules,
        weights=shipped_weights(),
        statistics=shipped_statistics(),
    )


def embedder_named(name: str, here: "Embedder") -> "Embedder | None":
    """The model of this name, if it is the one in use or the one that ships with the software."""
    if here.name == name:
        return here
    return shipped_embedder() if shipped_embedder().name == name else None


def keep_matcher(session: WriteSession, matcher: Matcher, *, weights: str) -> dict[str, str]:
    """Ranker, rules and weights are on record by their content; `weights` is what a proposal calls the last."""
    contents: dict[MatcherPart, tuple[str, dict[str, Any]]] = {
        MatcherPart.RANKER: (matcher.ranker.name, json.loads(matcher.ranker.to_json())),
        MatcherPart.RULES: (matcher.rules.id, matcher.rules.content()),
        MatcherPart.WEIGHTS: (weights, matcher.weights.content()),
    }
    digests = {part: digest(content) for part, (_, content) in contents.items()}
    known = {row.part for row in _rows(session, digests)}
    new = [
        {"part": part, "name": name, "digest": digests[part], "content": content}
        for part, (name, content) in contents.items()
        if part not in known
    ]
    if new:  # somebody else may be writing the same at this moment
        session.add_new(MatcherVersion, new)
    return {part.value: digests[part] for part in contents}


def recorded_matcher(session: ReadSession, digests: Digests, embedder: "Embedder") -> Matcher:
    """The matcher of `embedder` with the ranker, rules and weights that were kept; the rest is what ships.

    Raises Conflict where this software cannot read one of them any more.
    """
    rows = {row.part: row for row in _rows(session, {MatcherPart(part): d for part, d in digests.items()})}
    return Matcher(
        embedder=embedder,
        evidence_embedder=shipped_embedder(),
        ranker=_read(rows[MatcherPart.RANKER], lambda content: Ranker.from_json(json.dumps(content))),
        rules=_read(rows[MatcherPart.RULES], rules_of),
        weights=_read(rows[MatcherPart.WEIGHTS], lambda content: weights_of(content, source="record")),
        statistics=shipped_statistics(),
    )


def recorded_rules(session: ReadSession, digests: Digests) -> RuleSet:
    """The rules that were kept. Raises Conflict as `recorded_matcher` does."""
    [row] = _rows(session, {MatcherPart.RULES: digests[MatcherPart.RULES]})
    return _read(row, rules_of)


def rules_of(content: Mapping[str, Any]) -> RuleSet:
    """The rules that consist of this. Raises RulesError where they are of a format that is read no more."""
    import yaml

    return load_rules(yaml.safe_dump(dict(content), sort_keys=False, allow_unicode=True))


def _read(row: MatcherVersion, read: Callable[[dict[str, Any]], T]) -> T:
    try:
        return read(row.content)
    except ValueError as error:
        raise Conflict(f"match.{row.part.value}_gone", name=row.name) from error


def _rows(session: ReadSession, digests: Mapping[MatcherPart, str]) -> list[MatcherVersion]:
    found = session.exec(select(MatcherVersion).where(col(MatcherVersion.digest).in_(list(digests.values()))))
    return [row for row in found if digests.get(row.part) == row.digest]
