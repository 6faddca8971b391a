"""A tree of codes with a Chinese and an English name each, and how far apart two codes are.

Rules: a code is unique inside its taxonomy only (industry A01 is farming, discipline A01 is mathematics), so stored
codes always travel with the taxonomy they belong to. Codes are never renamed or reused; names may be corrected.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from core.language.normalise import clean


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a taxonomy; `parent` is the code above it, None at the top."""

    code: str
    zh: str
    en: str
    parent: str | None = None


class UnknownCode(KeyError):
    """A code that its taxonomy does not have."""

    def __init__(self, taxonomy: str, code: str) -> None:
        super().__init__(code)
        self.taxonomy = taxonomy
        self.code = code

    def __str__(self) -> str:
        return f"{self.taxonomy} has no code {self.code!r}"


class Taxonomy:
    """An immutable forest of codes in their official order."""

    def __init__(self, name: str, codes: Iterable[Code]) -> None:
        self.name = name
        self._codes: dict[str, Code] = {}
        self._children: dict[str | None, list[Code]] = {}
        for code in codes:
            if code.code in self._codes:
                raise ValueError(f"{name}: code {code.code!r} appears twice")
            if code.parent is not None and code.parent not in self._codes:
                raise ValueError(f"{name}: {code.code!r} comes before its parent {code.parent!r}")
            self._codes[code.code] = code
            self._children.setdefault(code.parent, []).append(code)

    def __iter__(self) -> Iterator[Code]:
        return iter(self._codes.values())

    def __len__(self) -> int:
        return len(self._codes)

    def __contains__(self, code: object) -> bool:
        return code in self._codes

    def get(self, code: str) -> Code:
        """The entry of `code`. Raises UnknownCode."""
        try:
            return self._codes[code]
        except KeyError:
            raise UnknownCode(self.name, code) from None

    def roots(self) -> tuple[Code, ...]:
        """The entries at the top, in official order."""
        return tuple(self._children.get(None, ()))

    def children(self, code: str) -> tuple[Code, ...]:
        """The entries directly below `code`, in official order; empty for a leaf. Raises UnknownCode."""
        self.get(code)
        return tuple(self._children.get(code, ()))

    def ancestors(self, code: str) -> tuple[Code, ...]:
        """The entries above `code`, nearest first; empty at the top. Raises UnknownCode."""
        return self._path(code)[1:]

    def label(self, code: str, language: str) -> str:
        """The name of `code` in `language`: "zh" or "zh_Hans" for Chinese, "en" for English.

        Raises UnknownCode, and ValueError for any other language.
        """
        entry = self.get(code)
        match language.replace("-", "_").split("_")[0]:
            case "zh":
                return entry.zh
            case "en":
                return entry.en
        raise ValueError(f"no names in language {language!r}, only zh and en")

    def distance(self, a: str, b: str) -> float:
        """How far apart two codes are, 0 for the same code to 1 for codes with nothing above them in common.

        1 − 2·d(c) / (d(a) + d(b)), with d the depth of a code (1 at the top) and c the deepest code that is a or b or
        above both: one minus the similarity of Wu and Palmer, "Verb semantics and lexical selection", ACL 1994, with
        depth counted in codes below an unnamed root. Symmetric. Raises UnknownCode.
        """
        path_a, path_b = self._path(a), self._path(b)
        shared = len(set(path_a) & set(path_b))
        return 1 - 2 * shared / (len(path_a) + len(path_b))

    def search(self, prefix: str, *, limit: int = 20) -> list[Code]:
        """At most `limit` entries whose code or name in either language begins with `prefix`, in official order.

        Case, full and half width make no difference; an empty prefix gives the first entries.
        """
        wanted = clean(prefix)
        found = (entry for entry, keys in self._keys if any(key.startswith(wanted) for key in keys))
        return list(islice(found, limit))

    @cached_property
    def _keys(self) -> list[tuple[Code, tuple[str, str, str]]]:
        return [(entry, (clean(entry.code), clean(entry.zh), clean(entry.en))) for entry in self]

    def _path(self, code: str) -> tuple[Code, ...]:
        entry = self.get(code)
        path = [entry]
        while entry.parent is not None:
            entry = self._codes[entry.parent]
            path.append(entry)
        return tuple(path)
