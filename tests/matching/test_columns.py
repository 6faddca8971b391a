from pathlib import Path

import numpy as np

from matching.columns import CodeLists, Column


def rows(*numbers: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(numbers, dtype=np.int64)


def filled() -> CodeLists:
    lists = CodeLists()
    lists.extend([("C26", "C27"), (), ("A01",)])
    lists.extend([("C26",)])
    return lists


def test_a_column_keeps_what_was_added_in_order() -> None:
    column = Column(np.int32)
    for value in range(100):
        column.extend([value])
    assert column.values.tolist() == list(range(100))
    assert column.at(rows(3, 1)).values.tolist() == [3, 1]


def test_rows_with_a_wanted_code_are_told_from_others() -> None:
    lists = filled()
    assert lists.any_of(rows(0, 1, 2, 3), lambda code: code == "C26").tolist() == [1, 0, 0, 1]
    assert lists.any_of(rows(3, 0), lambda code: code == "C27").tolist() == [0, 1]
    assert lists.any_of(rows(1, 2), lambda code: False).tolist() == [0, 0]
    assert lists.any_of(rows(), lambda code: True).tolist() == []
    assert CodeLists().any_of(rows(0, 1), lambda code: True).tolist() == [0, 0]


def test_some_rows_make_lists_of_their_own() -> None:
    some = filled().at(rows(2, 0, 1))
    assert some.any_of(rows(0, 1, 2), lambda code: code == "C26").tolist() == [0, 1, 0]
    some.extend([("C26",)])
    assert some.any_of(rows(3), lambda code: code == "C26").tolist() == [1]


def test_saved_lists_say_the_same(tmp_path: Path) -> None:
    lists = filled()
    lists.save(tmp_path)
    loaded = CodeLists.load(tmp_path, lists.names)
    loaded.extend([("A01",)])
    assert loaded.any_of(rows(0, 2, 4), lambda code: code == "A01").tolist() == [0, 1, 1]
