"""A YAML text as nodes that know their line, for files that people edit by hand.

Only plain mappings and values are let through: no lists, anchors, aliases, tags or second documents, a few levels and
64 KiB at most. Nothing is ever constructed from the text, so it can neither run anything nor grow.
"""

import re
from typing import Final

import yaml
from yaml.events import AliasEvent, CollectionEndEvent, DocumentStartEvent, NodeEvent, SequenceStartEvent
from yaml.nodes import MappingNode, Node, ScalarNode

from matching.rules.faults import FaultCode, RulesFault

MAX_CHARACTERS: Final = 65_536
MAX_DEPTH: Final = 6
TOO_LONG: Final = RulesFault(FaultCode.TOO_LONG, 1, params={"max": MAX_CHARACTERS})
_ODD_BREAK: Final = re.compile("[\x85\u2028\u2029]")
"""Line breaks to YAML but not to editors: the lines of faults would be wrong."""
_NUMBER: Final = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?", re.ASCII)
_WHOLE: Final = re.compile(r"[-+]?\d+", re.ASCII)


class NotPlain(Exception):
    """The text is not YAML, or more than plain mappings and values."""

    def __init__(self, fault: RulesFault) -> None:
        super().__init__(str(fault))
        self.fault = fault


def root_of(text: str) -> MappingNode:
    """The mapping that `text` holds. Raises NotPlain."""
    if len(text) > MAX_CHARACTERS:
        raise NotPlain(TOO_LONG)
    if odd := _ODD_BREAK.search(text):
        raise NotPlain(RulesFault(FaultCode.BAD_CHARACTER, _line_of(text, odd.start())))
    _check_events(text)
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, MappingNode):
        raise NotPlain(fault_at(root, FaultCode.NO_RULES) if root else RulesFault(FaultCode.NO_RULES, 1))
    return root


def _check_events(text: str) -> None:
    """Read the whole text as events, which takes no memory or recursion, and stop at the first that is not plain."""
    loader: yaml.SafeLoader | None = None
    depth = documents = 0
    try:
        loader = yaml.SafeLoader(text)
        while loader.check_event():
            event = loader.get_event()  # type: ignore[no-untyped-call]  # not in types-pyyaml
            documents += isinstance(event, DocumentStartEvent)
            depth += _opens(event) - isinstance(event, CollectionEndEvent)
            if code := _not_plain(event, depth, documents):
                mark = event.start_mark
                raise NotPlain(RulesFault(code, mark.line + 1, mark.column + 1))
    except yaml.reader.ReaderError as error:
        raise NotPlain(RulesFault(FaultCode.BAD_CHARACTER, _line_of(text, error.position))) from error
    except yaml.MarkedYAMLError as error:
        place = error.problem_mark or error.context_mark
        line, column = (place.line + 1, place.column + 1) if place else (1, 1)
        raise NotPlain(RulesFault(FaultCode.NOT_YAML, line, column, {"problem": error.problem or ""})) from error
    except (ValueError, OverflowError) as error:  # an escape for a character that does not exist
        line = loader.line + 1 if loader else 1
        raise NotPlain(RulesFault(FaultCode.NOT_YAML, line, params={"problem": "escape"})) from error
    finally:
        if loader is not None:
            loader.dispose()


def _opens(event: yaml.Event) -> bool:
    return isinstance(event, yaml.events.CollectionStartEvent)


def _not_plain(event: yaml.Event, depth: int, documents: int) -> FaultCode | None:
    """What is not plain about an event, None if it is plain."""
    if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor):
        return FaultCode.ALIAS
    if getattr(event, FaultCode.TAG, None):
        return FaultCode.TAG
    if isinstance(event, SequenceStartEvent):
        return FaultCode.LIST
    if documents > 1:
        return FaultCode.SECOND_DOCUMENT
    return FaultCode.TOO_DEEP if depth > MAX_DEPTH else None


def _line_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def fault_at(node: Node, code: FaultCode, **params: str | int | float) -> RulesFault:
    """A fault where `node` begins."""
    return RulesFault(code, node.start_mark.line + 1, node.start_mark.column + 1, params)


def is_plain(node: Node) -> bool:
    """Whether a value was written without quotes, so that it may be a number, true, false or null."""
    return isinstance(node, ScalarNode) and node.style is None


def number_of(node: Node) -> float | None:
    """The number that `node` holds in decimal notation; None for anything else, also for 1_000, 0x10, 1:30 or .inf."""
    return float(node.value) if is_plain(node) and _NUMBER.fullmatch(node.value) else None


def is_whole(node: Node) -> bool:
    """Whether the number that `node` holds is written without a fraction."""
    return bool(_WHOLE.fullmatch(node.value))


def truth_of(node: Node) -> bool | None:
    """True or False as written in full; None for anything else, also for yes and on."""
    return {"true": True, "false": False}.get(node.value) if is_plain(node) else None


def is_null(node: Node) -> bool:
    """Whether `node` is null or left empty."""
    return is_plain(node) and node.value in ("null", "~", "")


def shown(node: Node) -> str:
    """A value as a message shows it: as written, shortened."""
    written = node.value if isinstance(node, ScalarNode) else "{…}"
    return written if len(written) <= 40 else written[:39] + "…"
