"""Rule files read into a `RuleSet`, with every fault named by its line.

A file is complete, or it changes one that is: then it names only what differs. Unknown names are faults: a misspelt
parameter must not silently leave the old value in force.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Any, Final, get_args, get_type_hints

from yaml.nodes import MappingNode, Node, ScalarNode

from matching.rules import yaml_nodes as nodes
from matching.rules.faults import FaultCode, RulesError, RulesFault
from matching.rules.findings import Kind, Range
from matching.rules.kinds import ALWAYS_ON, HARD, SOFT
from matching.rules.ruleset import FORMAT, Rule, RuleSet, parameters_of

SHIPPED: Final = Path(__file__).parent / "rules.yaml"
"""The rules that hold where a society has none of its own."""

_WEIGHT: Final = Range(0, 0.5)
_VERSION: Final = Range(1, 1_000_000)
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
_KEYS: Final = ("format", "name", "version", "bound", "hard", "soft")


@cache
def shipped_rules() -> RuleSet:
    """The rules that ship with the software."""
    return load_rules(SHIPPED)


def load_rules(source: Path | str, *, base: RuleSet | None = None) -> RuleSet:
    """The rules that a file (a `Path`) or a text (a `str`) holds; with `base`, what it leaves out is taken from there.

    Format, name and version are never taken over: changed rules are rules of another name.

    Raises:
        RulesError: naming every fault with its line.

    """
    name, text = _read(source)
    try:
        root = nodes.root_of(text)
    except nodes.NotPlain as error:
        raise RulesError(name, (error.fault,)) from error
    reading = _Reading(base)
    rules = reading.rules(root)
    if reading.faults:
        raise RulesError(name, tuple(reading.faults))
    return rules


def _read(source: Path | str) -> tuple[str, str]:
    if isinstance(source, str):
        return "<text>", source
    longest = 4 * nodes.MAX_CHARACTERS  # a character has at most four bytes
    try:
        with source.open("rb") as file:
            content = file.read(longest + 1)
        if len(content) > longest:
            raise RulesError(source.name, (nodes.TOO_LONG,))
        return source.name, content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise RulesError(source.name, (RulesFault(FaultCode.NOT_UTF8, line),)) from error
    except OSError as error:
        fault = RulesFault(FaultCode.UNREADABLE, 1, params={"problem": error.strerror or type(error).__name__})
        raise RulesError(source.name, (fault,)) from error


@dataclass(frozen=True, slots=True)
class _Parameter:
    """What a parameter of a kind of rule may be."""

    limits: Range
    whole: bool
    may_be_null: bool


@cache
def _parameters(kind: type[Kind]) -> dict[str, _Parameter]:
    """The parameters of a kind of rule: the annotated fields of its class."""
    hints = get_type_hints(kind, include_extras=True)
    annotated = {name: get_args(hint) for name, hint in hints.items() if hasattr(hint, "__metadata__")}
    return {
        name: _Parameter(limits, value is int or int in get_args(value), NoneType in get_args(value))
        for name, (value, limits) in annotated.items()
    }


@dataclass(slots=True)
class _Reading:
    """One pass over a file; what is faulty is noted, and a stand-in keeps the pass going."""

    base: RuleSet | None
    faults: list[RulesFault] = field(default_factory=list)

    def rules(self, root: MappingNode) -> RuleSet:
        """The whole file."""
        entries = self.entries(root, _KEYS)
        self.require(root, entries, ("format", "name", "version"))
        if "format" in entries and self.number("format", entries["format"], _VERSION, whole=True) not in (FORMAT, None):
            self.note(entries["format"], FaultCode.WRONG_FORMAT, value=nodes.shown(entries["format"]), known=FORMAT)
        name = self.name(entries["name"]) if "name" in entries else ""
        version = self.number("version", entries["version"], _VERSION, whole=True) if "version" in entries else None
        hard = self.section(root, entries, "hard", HARD)
        soft = self.section(root, entries, "soft", SOFT)
        return RuleSet(name, int(version or 0), self.bound(root, entries), hard, soft)

    def bound(self, root: MappingNode, entries: Mapping[str, Node]) -> float:
        """The most that soft rules may move a score by."""
        if "bound" in entries:
            return self.number("bound", entries["bound"], _WEIGHT) or 0.0
        if self.base is None:
            self.require(root, entries, ("bound",))
            return 0.0
        return self.base.bound

    def name(self, node: Node) -> str:
        """The name of the rules: small letters, digits and hyphens."""
        if isinstance(node, ScalarNode) and _NAME.fullmatch(node.value):
            return str(node.value)
        self.note(node, FaultCode.BAD_NAME, value=nodes.shown(node))
        return ""

    def section(
        self, root: MappingNode, entries: Mapping[str, Node], section: str, kinds: Mapping[str, type[Kind]]
    ) -> tuple[Rule, ...]:
        """The rules under `hard` or `soft`, in the order of `kinds`."""
        old = {rule.name: rule for rule in getattr(self.base, section, ())}
        node = entries.get(section)
        if node is None:
            if self.base is None:
                self.require(root, entries, (section,))
            return tuple(old.values())
        given = self.entries(node, tuple(kinds), section) if self.is_mapping(section, node) else {}
        if self.base is None and isinstance(node, MappingNode):
            self.require(node, given, tuple(kinds))
        read = {
            name: self.rule(name, kind, given[name], old.get(name), is_soft=kinds is SOFT) if name in given else None
            for name, kind in kinds.items()
        }
        rules = (read[name] or old.get(name) for name in kinds)
        return tuple(rule for rule in rules if rule is not None)

    def rule(self, name: str, kind: type[Kind], node: Node, old: Rule | None, *, is_soft: bool) -> Rule | None:
        """One rule; None when something about it is faulty."""
        before = len(self.faults)
        parameters = _parameters(kind)
        known = ("enabled", *(("weight",) if is_soft else ()), *parameters)
        if nodes.is_null(node):
            given: dict[str, Node] = {}
        else:
            given = self.entries(node, known, name) if self.is_mapping(name, node) else {}
        required = () if old else known[1:]
        if len(self.faults) == before:
            self.require(node, given, required, name)
        values: dict[str, Any] = {**(parameters_of(old.kind) if old else {})}
        for key in parameters.keys() & given.keys():
            values[key] = self.value(f"{name}.{key}", given[key], parameters[key])
        weight = self.number(f"{name}.weight", given["weight"], _WEIGHT) if "weight" in given else None
        enabled = self.switch(name, given["enabled"]) if "enabled" in given else (old.enabled if old else True)
        if len(self.faults) > before:
            return None
        return Rule(name, kind(**values), enabled, weight if weight is not None else (old.weight if old else 0.0))

    def value(self, key: str, node: Node, parameter: _Parameter) -> float | None:
        """A parameter's value."""
        if parameter.may_be_null and nodes.is_null(node):
            return None
        return self.number(key, node, parameter.limits, whole=parameter.whole, or_null=parameter.may_be_null)

    def number(
        self, key: str, node: Node, limits: Range, *, whole: bool = False, or_null: bool = False
    ) -> float | None:
        """A number within its limits; None and a fault for anything else."""
        value = nodes.number_of(node)
        if value is None or (whole and not nodes.is_whole(node)):
            code = FaultCode.NOT_WHOLE_OR_NULL if or_null else FaultCode.NOT_WHOLE if whole else FaultCode.NOT_A_NUMBER
            self.note(node, code, key=key, value=nodes.shown(node))
            return None
        if not limits.low <= value <= limits.high:
            self.note(node, FaultCode.OUT_OF_RANGE, key=key, value=nodes.shown(node), low=limits.low, high=limits.high)
            return None
        return int(value) if whole else value + 0.0  # -0.0 is 0.0

    def switch(self, rule: str, node: Node) -> bool:
        """Whether a rule is enabled; those that protect people cannot be switched off."""
        value = nodes.truth_of(node)
        if value is None:
            self.note(node, FaultCode.NOT_TRUE_OR_FALSE, key=f"{rule}.enabled", value=nodes.shown(node))
        elif not value and rule in ALWAYS_ON:
            self.note(node, FaultCode.ALWAYS_ON, key=rule)
        return bool(value)

    def is_mapping(self, key: str, node: Node) -> bool:
        """Whether `node` is a mapping; a fault if not."""
        if isinstance(node, MappingNode):
            return True
        self.note(node, FaultCode.NOT_A_MAPPING, key=key)
        return False

    def entries(self, node: Node, known: tuple[str, ...], under: str = "") -> dict[str, Node]:
        """The known entries of a mapping; unknown, misspelt and repeated ones are noted."""
        found: dict[str, Node] = {}
        for key, value in node.value:
            name = nodes.shown(key)
            if name in found:
                self.note(key, FaultCode.DUPLICATE_KEY, key=name)
            elif name in known:
                found[name] = value
            else:
                self.unknown_key(key, name, known, under)
        return found

    def unknown_key(self, node: Node, name: str, known: tuple[str, ...], under: str) -> None:
        """Note a key that is not known, with the one that was probably meant."""
        meant = get_close_matches(name, known, n=1, cutoff=0.75)
        if meant:
            self.note(node, FaultCode.MISSPELT_KEY, key=name, meant=meant[0])
        else:
            self.note(node, FaultCode.UNKNOWN_KEY, key=name, under=under or "/", known=", ".join(known))

    def require(self, node: Node, given: Mapping[str, Node], names: Iterable[str], under: str = "") -> None:
        """Note every name of `names` that is missing."""
        for name in names:
            if name not in given:
                self.note(node, FaultCode.MISSING_KEY, key=f"{under}.{name}" if under else name)

    def note(self, node: Node, code: FaultCode, **params: str | int | float) -> None:
        """Note a fault where `node` begins."""
        self.faults.append(nodes.fault_at(node, code, **params))
