"""Words that two texts share are found without listing all words of the second."""

from core.language.segment import words, words_among

TEXT = "Ｌｉ电池的高温锻造, forging of  gears；锻造 5 MPa！"


def test_words_among_are_the_words_that_are_sought_in_their_order() -> None:
    sought = frozenset(words("锻造与 gears，5 次"))
    assert words_among(TEXT, sought) == [word for word in words(TEXT) if word in sought] != []


def test_nothing_sought_is_nothing_found() -> None:
    assert words_among(TEXT, frozenset()) == words_among("", {"锻造"}) == []
