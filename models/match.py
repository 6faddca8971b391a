"""Match runs 匹配批次, matches 匹配, impressions 展示 and judgements 评审意见.

What a reviewer saw is stored, never recomputed: learning reads this record. It points to revisions and offsets, never
copies text, so that erasing a revision erases it everywhere. Stored JSON carries a `version`.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from models.columns import BigInt, Form, Json, Published, Row, UtcDateTime, stored
from models.enums import Origin, ReasonCode
from models.match_enums import MatcherPart, MatchStatus, SlotKind, Verdict


class MatchRun(Published, table=True):
    """One run of the engine for one revision of a need, by whom and with which versions."""

    need_id: int = Field(foreign_key="need.id", sa_type=BigInt, index=True)
    need_revision_id: int = Field(foreign_key="needrevision.id", sa_type=BigInt, index=True)
    requested_by_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigInt)
    requested_at: datetime = Field(sa_type=UtcDateTime)
    viewer_class: str = Field(max_length=64, description="Digest of what the requester was allowed to see.")
    engine: str = Field(max_length=80)
    model: str = Field(max_length=80)
    ranker: str = Field(max_length=80)
    index: str = Field(max_length=80)
    rules: str = Field(default="", max_length=80)
    weights: str = Field(default="", max_length=80, description="Of the search for evidence.")
    policy: dict[str, Any] = Field(
        default_factory=dict, sa_type=Json, description="How the list was filled, and the seed of its lots."
    )
    candidates: int
    timings: dict[str, Any] = Field(default_factory=dict, sa_type=Json)


class MatchRecord(Row, table=True):
    """What a run was given and whom it passed over: with its matches, all that it takes to replay it.

    Candidates are revisions with their scores, facts are codes, dates and ids of rows: no text and no name is here.
    """

    run_id: int = Field(foreign_key="matchrun.id", sa_type=BigInt, unique=True)
    content: dict[str, Any] = Field(sa_type=Json)
    digest: str = Field(max_length=64, description="SHA-256 of the output, see `workflow.matches.recording`.")


class MatcherVersion(Row, table=True):
    """A ranker, a set of rules or the weights of evidence, kept so that a run replays after they were changed."""

    __table_args__ = (UniqueConstraint("part", "digest"),)

    part: MatcherPart = Field(sa_type=stored(MatcherPart))
    name: str = Field(max_length=80)
    digest: str = Field(max_length=64, description="SHA-256 of the content, as canonical JSON.")
    content: dict[str, Any] = Field(sa_type=Json)


class Match(Published, table=True):
    """One proposed supplier for a need, with its score and reasons."""

    __table_args__ = (
        UniqueConstraint("run_id", "supplier_id"),
        Index(
            "one_match_by_hand",
            "need_id",
            "supplier_id",
            unique=True,
            sqlite_where=text("run_id IS NULL"),
            postgresql_where=text("run_id IS NULL"),
        ),
    )

    need_id: int = Field(foreign_key="need.id", sa_type=BigInt, index=True)
    run_id: int | None = Field(default=None, foreign_key="matchrun.id", sa_type=BigInt, index=True)
    need_revision_id: int = Field(foreign_key="needrevision.id", sa_type=BigInt)
    supplier_id: int = Field(foreign_key="supplier.id", sa_type=BigInt, index=True)
    capability_revision_id: int | None = Field(
        default=None, foreign_key="capabilityrevision.id", sa_type=BigInt, description="The capability that earned it."
    )
    origin: Origin = Field(sa_type=stored(Origin))
    proposed_by_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigInt)
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    note: str = Field(default="", max_length=2000, description="What a staff member wrote when adding it by hand.")
    rank: int | None = None
    score: float | None = None
    band: str | None = Field(default=None, max_length=20)
    evidence: dict[str, Any] = Field(
        default_factory=dict, sa_type=Json, description="Why it stands there, see `workflow.matches.evidence`."
    )
    status: MatchStatus = Field(default=MatchStatus.PROPOSED, sa_type=stored(MatchStatus), index=True)
    ended_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="When it ended without a deal, or its supplier left that."
    )
    end_reason: ReasonCode | None = Field(default=None, sa_type=stored(ReasonCode))


class Impression(Row, table=True):
    """That a match was shown to someone: where in the list, in which kind of slot, with which probability."""

    __table_args__ = (UniqueConstraint("match_id", "person_id"),)

    match_id: int = Field(foreign_key="match.id", sa_type=BigInt, index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigInt)
    position: int
    slot: SlotKind = Field(sa_type=stored(SlotKind))
    probability: float = 1.0
    shown_at: datetime = Field(sa_type=UtcDateTime)


class Judgement(Row, table=True):
    """What a person decided about a match, with a coded reason; a later one supersedes an earlier one."""

    match_id: int = Field(foreign_key="match.id", sa_type=BigInt, index=True)
    person_id: int = Field(foreign_key="person.id", sa_type=BigInt, index=True)
    verdict: Verdict = Field(sa_type=stored(Verdict))
    reason: ReasonCode = Field(sa_type=stored(ReasonCode))
    comment: str = Field(default="", max_length=2000)
    judged_at: datetime = Field(sa_type=UtcDateTime)


class JudgementCreate(Form):
    """A decision about a match."""

    verdict: Verdict
    reason: ReasonCode
    comment: str = Field(default="", max_length=2000)
    version: int | None = Field(default=None, description="The match's version that was looked at.")


class CandidateCreate(Form):
    """A supplier added by hand: "I know Professor X"."""

    supplier: str
    capability: str | None = None
    note: str = Field(default="", max_length=2000)
    despite_refusal: bool = Field(default=False, description="It is known that it is never to be proposed again.")
