from itertools import pairwise

import pytest

from catalog.supply.disclosure import LEVELS, shown_text
from models.capability import PROSE, CapabilityText
from models.enums import DisclosureLevel


def test_what_fewer_people_may_read_stands_later_in_the_text() -> None:
    assert all(LEVELS[before] <= LEVELS[after] for before, after in pairwise(PROSE))


@pytest.mark.parametrize("left_out", ["", *PROSE])
def test_what_is_shown_at_each_level_is_a_beginning_of_the_text(left_out: str) -> None:
    said = {name: "" if name == left_out else f"<{name}>" for name in PROSE}
    text = CapabilityText.model_validate({"title": "焊接", **said})
    for level in DisclosureLevel:
        shown = shown_text(text, level)
        assert text.full_text.startswith(shown)
        assert [name for name in PROSE if f"<{name}>" in shown] == [
            name for name in PROSE if name != left_out and LEVELS[name] <= level
        ]
    assert shown_text(text, DisclosureLevel.FULL) == text.full_text
