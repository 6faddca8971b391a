"""A short name for the numbers that something consists of, which changes with any of them."""

import hashlib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np


def digest_of(value: Any) -> str:
    """Eight hexadecimal digits of SHA-256 over all fields of the frozen dataclass `value`, arrays by their bytes."""
    hashed = hashlib.sha256()
    for part in _parts(value):
        hashed.update(part)
    return hashed.hexdigest()[:8]


def _parts(value: Any) -> Iterator[bytes]:
    if is_dataclass(value):
        for part in fields(value):
            yield part.name.encode()
            yield from _parts(getattr(value, part.name))
    elif isinstance(value, np.ndarray):
        yield np.ascontiguousarray(value).tobytes()
    else:
        yield repr(value).encode()
