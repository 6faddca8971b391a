"""What people see of learning: trials with their figures, what is in force, and what is missing for the next trial."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import Form
from models.deal_public import EventPublic
from models.match_enums import ModelKind, ModelState

BETTER = "better"
"""The verdict of a trial that was won."""


class FiguresPublic(SQLModel):
    """What a trial found.

    Of an order: `current` and `candidate` are mean nDCG@10 on the needs held out, `low` and `high` the 95 % interval of
    the gain. Of a scale: they are Brier scores, so less is better, and the errors are expected calibration errors.
    `p` is one-sided. `scaled_on` counts the local decisions to which the scale was fitted, 0 for the former scale.
    """

    version: int = 1
    verdict: str
    needs: int
    labels: int = 0
    held_out: int = 0
    current: float | None = None
    candidate: float | None = None
    low: float | None = None
    high: float | None = None
    current_error: float | None = None
    candidate_error: float | None = None
    p: float | None = None
    scaled_on: int = 0
    left_out: dict[str, int] = Field(default_factory=dict, description="Decisions that were no labels, by reason.")

    @property
    def gain(self) -> float | None:
        """What the candidate has more than the current one."""
        return None if self.candidate is None or self.current is None else self.candidate - self.current

    @property
    def is_won(self) -> bool:
        """Whether the candidate may be promoted."""
        return self.verdict == BETTER


class ShortfallPublic(SQLModel):
    """A minimum that is not reached: `learning.short.<code>` says of what."""

    code: str
    found: int
    least: int


class Promotion(Form):
    """A version is to be put in force; `version` is that of the row that was looked at, where it was."""

    version: int | None = Field(default=None, ge=1)


class Rollback(Form):
    """The version that is to be taken back, by its id, so that nobody takes back another one."""

    in_force: str = Field(min_length=1, max_length=80)


class ModelVersionPublic(SQLModel):
    """A ranker that was fitted here, with the trial it stood."""

    public_id: str
    version: int
    kind: ModelKind
    name: str
    state: ModelState
    compared_with: str
    figures: FiguresPublic
    weights: dict[str, float] = Field(default_factory=dict, description="Empty where the stored numbers are damaged.")
    fitted_from: datetime
    fitted_to: datetime
    held_out_from: datetime
    held_out_to: datetime
    made_at: datetime
    made_by_name: str = ""
    promoted_at: datetime | None = None
    promoted_by_name: str = ""
    ended_at: datetime | None = None
    ended_by_name: str = ""
    obstacle: str | None = Field(default=None, description="Why it cannot be promoted now: `learning.obstacle.<code>`.")


class LearningPublic(SQLModel):
    """The ranker in force, the versions, and what is missing for the next trials."""

    ranker: str
    in_force: str | None = Field(description="The version's id; null: the shipped ranker.")
    is_unreadable: bool = Field(description="The stored ranker in force is damaged, the shipped one stands in for it.")
    needs: int = Field(description="Needs with labels whose order can be told good from bad.")
    labels: int
    decisions: int = Field(description="Yes and no about suppliers that were shown, of any age.")
    left_out: dict[str, int]
    missing_for_order: list[ShortfallPublic]
    missing_for_scale: list[ShortfallPublic]
    versions: list[ModelVersionPublic]
    events: list[EventPublic]


class RetrainedPublic(SQLModel):
    """How the trials ended: the versions kept, and what was missing for those that could not be held."""

    versions: list[ModelVersionPublic]
    missing_for_order: list[ShortfallPublic]
    missing_for_scale: list[ShortfallPublic]
