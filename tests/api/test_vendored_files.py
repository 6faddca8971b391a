"""What is vendored is what its publisher published, under a licence that lies beside it."""

import json
from hashlib import sha256

import pytest

from api.static_files import STATIC

VENDOR = STATIC / "vendor"
MANIFEST = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: entry["name"])
def test_a_vendored_file_is_the_published_one(entry: dict[str, str]) -> None:
    assert sha256((VENDOR / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    assert (VENDOR / entry["licence_file"]).read_text(encoding="utf-8").strip()
    assert entry["version"]
    assert entry["licence"] in {"MIT", "0BSD"}


def test_nothing_is_vendored_without_standing_in_the_manifest() -> None:
    known = {"manifest.json"} | {entry[name] for entry in MANIFEST for name in ("file", "licence_file")}
    assert {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()} == known
