"""Two rankings of the same needs, need by need."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matching.evaluation.evaluate import Evaluation
from matching.evaluation.significance import paired_p


@dataclass(frozen=True, slots=True)
class Paired:
    """One figure of two rankings over the same needs: values by need, (ours, theirs), their means, and p."""

    by_need: Mapping[str, tuple[float, float]]
    ours: float
    theirs: float
    better: int
    worse: int
    p: float

    @property
    def gain(self) -> float:
        """Mean of ours minus mean of theirs."""
        return self.ours - self.theirs


@dataclass(frozen=True, slots=True)
class Comparison:
    """nDCG@10 and recall@50; None where no need allows the figure."""

    ndcg10: Paired | None
    recall50: Paired | None


def compare(ours: Evaluation, theirs: Evaluation) -> Comparison:
    """Both evaluations, of the same folder, in pairs."""
    return Comparison(
        paired(ours.ndcg_by_need, theirs.ndcg_by_need), paired(ours.recall_by_need, theirs.recall_by_need)
    )


def paired(ours: Mapping[str, float], theirs: Mapping[str, float]) -> Paired | None:
    """The two by need with the paired randomisation test; None where there is no need.

    Raises:
        ValueError: the needs are not the same.

    """
    if ours.keys() != theirs.keys():
        raise ValueError("the two rankings are not of the same needs")
    if not ours:
        return None
    values = np.array([(ours[need], theirs[need]) for need in ours])
    differences = values[:, 0] - values[:, 1]
    return Paired(
        by_need={need: (ours[need], theirs[need]) for need in ours},
        ours=float(values[:, 0].mean()),
        theirs=float(values[:, 1].mean()),
        better=int((differences > 0).sum()),
        worse=int((differences < 0).sum()),
        p=paired_p(differences),
    )
