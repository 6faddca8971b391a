"""Public ids, and what somebody mistyped who meant one."""

import pytest

from core.ids import looks_like_id, new_public_id


@pytest.mark.parametrize("written", ["u3hnq2gv3vt6", "u3hnq2gv3vt", "u3hnq2gv3vt66", " U3HNQ2GV3VT6 ", "59vpsvqgw4uu"])
def test_an_id_with_a_slip_is_still_taken_for_one(written: str) -> None:
    assert looks_like_id(written)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "spectroscopy",
        "316L",
        "AZ91",
        "Inconel718",
        "LiFePO4 batteries",
        "wear of 12 rolls",
        "废水",
        "N-00012345678",
    ],
)
def test_words_and_materials_are_no_ids(written: str) -> None:
    assert not looks_like_id(written)


def test_nearly_every_id_is_known_as_one() -> None:
    assert sum(looks_like_id(new_public_id()) for _ in range(1000)) > 900
