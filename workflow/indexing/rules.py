"""The rules that hold here: those that ship with the software, or the society's own, which name only what differs."""

from typing import TYPE_CHECKING

from core.errors import Unavailable
from core.settings import Settings

if TYPE_CHECKING:
    from matching.rules import RuleSet


def rules_of_society(settings: Settings) -> "RuleSet":
    """The rules of the file that the settings name, over those that ship.

    Raises Unavailable, caused by a RulesError that names every fault by its line, for a file that cannot be used:
    nothing is matched under other rules than the society meant.
    """
    from matching.rules import RulesError, load_rules, shipped_rules

    if settings.rules is None:
        return shipped_rules()
    try:
        return load_rules(settings.rules, base=shipped_rules())
    except RulesError as error:
        raise Unavailable("rules_file", file=settings.rules.name) from error
