"""Frozen values as plain JSON and back, the same bytes for equal values whatever the database did with them between."""

import json
from collections.abc import Hashable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from hashlib import sha256
from math import isfinite
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

T = TypeVar("T")


def plain(value: Any) -> Any:
    """The value as JSON has it: sets sorted, codes and dates as strings, fields that hold their default left out."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value) if not _is_default(f, value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(plain(one) for one in value)
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, float):
        return value + 0.0 if isfinite(value) else None  # minus zero does not survive PostgreSQL
    return value


def restored(kind: type[T], stored: Mapping[str, Any]) -> T:
    """The frozen dataclass that `plain` wrote down. ValueError (pydantic's) for what is none."""
    return cast("T", _adapter(cast("Hashable", kind)).validate_python(stored))


def canonical(value: Any) -> bytes:
    """Plain JSON as bytes: keys sorted, nothing but what must be there."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def digest(value: Any) -> str:
    """SHA-256 of the canonical bytes, as 64 hexadecimal digits."""
    return sha256(canonical(value)).hexdigest()


def _is_default(part: Any, value: object) -> bool:
    default = part.default_factory() if part.default_factory is not MISSING else part.default
    return default is not MISSING and bool(getattr(value, part.name) == default)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
