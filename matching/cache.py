"""The folder an engine is kept in between runs: written beside the old one, sealed by a manifest, then swapped in.

It is a cache: everything in it can be made again from the database, so a fault is reported, never repaired.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

FORMAT: Final = 3
MANIFEST: Final = "manifest.json"


class CacheError(ValueError):
    """The stored index cannot be used; it has to be built anew."""


@contextmanager
def writing(folder: Path) -> Iterator[Path]:
    """A new empty folder that takes the place of `folder` once the block has ended well, and vanishes otherwise."""
    new, old = (folder.with_name(f"{folder.name}.{suffix}") for suffix in ("new", "old"))
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    try:
        yield new
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def seal(folder: Path, identity: Mapping[str, str], files: Sequence[str], facts: Mapping[str, str | int]) -> None:
    """Writes the manifest: format, `identity`, `facts`, and the checksum of each of `files`."""
    manifest = {"format": FORMAT, "identity": dict(identity), "facts": dict(facts)}
    sums = {name: _sha256(folder / name) for name in files}
    (folder / MANIFEST).write_text(json.dumps(manifest | {"files": sums}, indent=1), encoding="utf-8")


def verified(folder: Path, *, expected: Mapping[str, str]) -> dict[str, Any]:
    """The facts of the cache in `folder`, once every file has been found to be the one that was written.

    Raises:
        CacheError: naming the file that is missing or damaged, or what is of another version than `expected`.

    """
    manifest = _read(folder / MANIFEST)
    for name, value in expected.items():
        if manifest["identity"].get(name) != value:
            raise CacheError(f"{folder}: made with {name} {manifest['identity'].get(name)!r}, now it is {value!r}")
    for name, checksum in manifest["files"].items():
        if not (folder / name).is_file():
            raise CacheError(f"{folder / name}: missing")
        if _sha256(folder / name) != checksum:
            raise CacheError(f"{folder / name}: damaged, its checksum is not the manifest's")
    facts: dict[str, Any] = manifest["facts"]
    return facts


def _read(path: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(path.read_bytes())
        if manifest["format"] != FORMAT:
            raise CacheError(f"{path}: format {manifest['format']!r}, expected {FORMAT}")
        return {name: dict(manifest[name]) for name in ("identity", "facts", "files")}
    except CacheError:
        raise
    except OSError as error:
        raise CacheError(f"{path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise CacheError(f"{path}: not a manifest ({error})") from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
