"""How much each term tells: inverse document frequencies from a shipped table, never from the live catalogue.

Frozen on purpose: if weights followed the catalogue, a confidential document would shift everyone's scores, and
every old score with them. The table is built by `matching.lexical.training` and holds numbers only.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors

from matching.lexical.terms import FIRST_WORD_KEY, SINGLE_KEYS, Keys

SHIPPED = Path(__file__).parent / "data"
TABLE, MANIFEST = "statistics.safetensors", "manifest.json"
FORMAT = 1


class StatisticsFileError(ValueError):
    """The table of term weights is missing, damaged or of another version."""


@dataclass(frozen=True, slots=True, eq=False)
class TermStatistics:
    """idf by key (keys ascending) and, for keys that are not in the table, by kind: character, word, pair.

    idf(t) = -ln p(t), where p is the share of texts with t, averaged over kinds of text (abstracts, titles, paper
    paragraphs, needs; for words also English texts, and the larger of the two). Natural logarithm, not negative.
    """

    name: str
    keys: Keys
    idf: NDArray[np.float32]
    unseen: tuple[float, float, float]

    def weights(self, keys: Keys) -> NDArray[np.float32]:
        """The idf of each of `keys`, same shape; unseen keys get their kind's weight, the largest of that kind."""
        kind = (keys >= FIRST_WORD_KEY).astype(np.intp) + (keys >= SINGLE_KEYS)
        out = np.asarray(self.unseen, dtype=np.float32)[kind]
        if len(self.keys):
            at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
            found = self.keys[at] == keys
            out[found] = self.idf[at[found]]
        return out

    @classmethod
    def load(cls, folder: Path) -> "TermStatistics":
        """The table in `folder`, checked against its manifest.

        Raises:
            StatisticsFileError: a file is missing, damaged or of another format.

        """
        manifest = _read_manifest(folder / MANIFEST)
        data = _read_bytes(folder / TABLE)
        if hashlib.sha256(data).hexdigest() != manifest["sha256"]:
            raise StatisticsFileError(f"{folder / TABLE}: its checksum is not the manifest's")
        try:
            tensors = load_tensors(data)
        except SafetensorError as error:
            raise StatisticsFileError(f"{folder / TABLE}: {error}") from error
        character, word, pair = (float(value) for value in tensors["unseen"])
        return cls(manifest["name"], tensors["keys"], tensors["idf"].astype(np.float32), (character, word, pair))


@cache
def shipped_statistics() -> TermStatistics:
    """The table that comes with the package, loaded once a process."""
    return TermStatistics.load(SHIPPED)


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise StatisticsFileError(f"{path}: {error.strerror}") from error


def _read_manifest(path: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(_read_bytes(path))
        if manifest["format"] != FORMAT:
            raise StatisticsFileError(f"{path}: format {manifest['format']!r}, expected {FORMAT}")
        return {"name": str(manifest["name"]), "sha256": str(manifest["sha256"])}
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, StatisticsFileError):
            raise
        raise StatisticsFileError(f"{path}: not a manifest ({error})") from error
