"""What goes into the engine and what comes out: frozen values, no behaviour that needs an index or a model.

Ids are int64 everywhere: a document's id is its capability's id. Offsets in a `Span` count characters of the text
as it was written (not of its cleaned form), so the quoted piece is always `text[start:end]`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Floats = NDArray[np.float32]


class Band(StrEnum):
    """How a match is shown to people; best first. Labels are the catalogue's `band.<name>`."""

    strong = "strong"
    worth_a_look = "worth_a_look"
    weak = "weak"
    excluded = "excluded"


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: a need, or free text (then only the title)."""

    title: str
    text: str = ""
    field: str | None = None
    industries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One capability of one supplier."""

    id: int
    supplier: int
    title: str
    text: str = ""
    keywords: tuple[str, ...] = ()
    field: str | None = None
    industries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a match was proposed, as a code with parameters; the catalogue renders `reason.<code>`."""

    code: str
    params: Mapping[str, str | float | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CapabilityScore:
    """One document's score in [0, 1] and the feature values it was made of, by name."""

    document: int
    score: float
    features: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Span:
    """The piece of a document that speaks most for the match: `title[start:end]` or `text[start:end]` of it."""

    document: int
    field: Literal["title", "text"]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SupplierMatch:
    """One proposed supplier: `best` earned the place, `others` (best first) show breadth. Ranks start at 1.

    `raw` is the ranker's raw value of the supplier, of which `score` is the calibrated form.
    """

    supplier: int
    rank: int
    score: float
    band: Band
    best: CapabilityScore
    others: tuple[CapabilityScore, ...] = ()
    reasons: tuple[Reason, ...] = ()
    spans: tuple[Span, ...] = ()
    raw: float = 0.0


@dataclass(frozen=True, slots=True)
class MatchResult:
    """A ranked list with what produced it.

    `candidates` counts the documents scored in full; `timings` are seconds a stage; `notes` speak of the whole list
    (for example `no_usable_text`), never of one supplier.
    """

    matches: tuple[SupplierMatch, ...]
    candidates: int
    timings: Mapping[str, float]
    engine: str
    model: str
    ranker: str
    index: str
    notes: tuple[Reason, ...] = ()


class AllowedIds:
    """The documents one class of viewer may see: sorted, distinct ids. Immutable, so engines cache on it."""

    __slots__ = ("__weakref__", "ids")

    def __init__(self, ids: Iterable[int] | Ids) -> None:
        values = np.unique(
            np.fromiter(ids, dtype=np.int64) if not isinstance(ids, np.ndarray) else ids.astype(np.int64)
        )
        values.setflags(write=False)
        self.ids: Ids = values

    def __len__(self) -> int:
        return len(self.ids)

    def mask(self, ids: Ids) -> NDArray[np.bool_]:
        """For each of `ids`, whether it is allowed; same shape."""
        if not len(self.ids):
            return np.zeros(ids.shape, dtype=np.bool_)
        at = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.asarray(self.ids[at] == ids)


class All:
    """Everything is allowed. There is one value of it: `ALL`."""

    __slots__ = ("__weakref__",)

    def mask(self, ids: Ids) -> NDArray[np.bool_]:
        """True for each of `ids`; same shape."""
        return np.ones(ids.shape, dtype=np.bool_)


ALL: Final = All()
Allowed = All | AllowedIds
