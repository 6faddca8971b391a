"""Closed sets that two layers must know alike, because neither may import the other."""

from matching.rules import IprStance as RuleStance
from models.enums import IprStance


def test_the_rules_know_the_same_arrangements_of_rights() -> None:
    assert {stance.name: stance.value for stance in IprStance} == {stance.name: stance.value for stance in RuleStance}
