"""Whether one ranker is better than another on the same needs, or only luckier."""

from typing import Final

import numpy as np

from matching.evaluation.metrics import Values

DRAWS: Final = 100_000
_AT_ONCE: Final = 5_000


def paired_p(differences: Values, *, seed: int = 0, draws: int = DRAWS) -> float:
    """Two-sided p of the paired randomisation test: how often random signs give a mean as far from 0 as the one found.

    (1 + number of such draws) / (1 + draws), so in (0, 1]; 1 where nothing differs. R. A. Fisher's sign flipping, as
    recommended for retrieval by M. D. Smucker, J. Allan and B. Carterette, CIKM 2007. The same seed, the same value.

    Raises:
        ValueError: there is no difference to test.

    """
    if not len(differences):
        raise ValueError("nothing to compare")
    rng = np.random.default_rng(seed)
    found = abs(differences.sum()) - 1e-12
    extreme = 0
    for at in range(0, draws, _AT_ONCE):
        signs = rng.choice(np.array([-1.0, 1.0]), size=(min(_AT_ONCE, draws - at), len(differences)))
        extreme += int((np.abs(signs @ differences) >= found).sum())
    return (1 + extreme) / (1 + draws)
