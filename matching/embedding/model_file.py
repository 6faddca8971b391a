"""The model folder: which files it holds, and the proof that they are whole.

The folder is in sentence-transformers' own layout, plus `manifest.json`:
`{"format": 1, "name": …, "dim": …, "files": {relative path: SHA-256}}`. Every file that decides a vector is listed.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

MANIFEST = "manifest.json"
TOKENIZER = "tokenizer.json"
WEIGHTS = "model.safetensors"
WEIGHTS_KEY = "embedding.weight"
FORMAT = 1
_CHECKSUM_SHOWN = 8


class ModelFileError(ValueError):
    """A model folder that is missing, damaged, or not what its manifest says."""


@dataclass(frozen=True)
class Manifest:
    """What a model folder says of itself."""

    name: str
    dim: int
    files: dict[str, str]

    @property
    def full_name(self) -> str:
        """The name with the first digits of the weights' checksum: another file, another name."""
        return f"{self.name}-{self.files[WEIGHTS][:_CHECKSUM_SHOWN]}"


def checksum(path: Path) -> str:
    """The SHA-256 of the file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_manifest(folder: Path, name: str, dim: int) -> Manifest:
    """The manifest over every file in `folder` but itself and the model card, also written there."""
    paths = sorted(p for p in folder.rglob("*") if p.is_file() and p.name not in {MANIFEST, "README.md"})
    files = {path.relative_to(folder).as_posix(): checksum(path) for path in paths}
    text = json.dumps({"format": FORMAT, "name": name, "dim": dim, "files": files}, indent=2)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return Manifest(name, dim, files)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of `folder`.

    Raises:
        ModelFileError: it is missing, unreadable, of another format, or lists no tokenizer or no weights.

    """
    path = folder / MANIFEST
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw["format"] != FORMAT:
            raise ModelFileError(f"{path}: format {raw['format']!r}, this version reads {FORMAT}")
        manifest = Manifest(str(raw["name"]), int(raw["dim"]), dict(raw["files"]))
    except OSError as error:
        raise ModelFileError(f"{path}: not readable ({error.strerror})") from error
    except ModelFileError:
        raise
    except (ValueError, KeyError, TypeError) as error:
        raise ModelFileError(f"{path}: not a model manifest ({error})") from error
    if missing := {TOKENIZER, WEIGHTS} - manifest.files.keys():
        raise ModelFileError(f"{path}: does not list {', '.join(sorted(missing))}")
    return manifest


def verify(folder: Path, manifest: Manifest) -> None:
    """Every listed file is there and is the one that was listed.

    Raises:
        ModelFileError: naming the first file that is missing or whose SHA-256 differs.

    """
    for relative, expected in manifest.files.items():
        path = folder / relative
        try:
            found = checksum(path)
        except OSError as error:
            raise ModelFileError(f"{path}: not readable ({error.strerror})") from error
        if found != expected:
            raise ModelFileError(f"{path}: damaged or changed, SHA-256 {found[:16]}… instead of {expected[:16]}…")
