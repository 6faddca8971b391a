"""From scored candidates to the list that people see: rules, evidence, both sides, variety, and what would help.

`propose` is pure and deterministic: the same need, offers, policy and versions give the same list to the last byte,
which is what replaying a match record rests on.
"""
