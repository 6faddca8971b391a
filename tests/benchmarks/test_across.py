import numpy as np

from benchmarks.across import Abstracts, mixed_set
from matching.evaluation.folder import BenchmarkFolder
from matching.scripts import Script, script_of

SUBJECTS = ("轴承", "水稻", "卫星", "合金", "蛋白", "桥梁")


def papers() -> list[Abstracts]:
    return [_paper(number, word) for number, word in enumerate(word for word in SUBJECTS for _ in range(10))]


def _paper(number: int, word: str) -> Abstracts:
    chinese = f"第{number}篇论文研究的是工程中的某一个对象。其余的话在后面"
    return Abstracts(
        (chinese, f"Paper number {number} is about something. More of it comes here"), f"{word * 40}{number}"
    )


def made() -> BenchmarkFolder:
    return mixed_set(papers(), np.random.default_rng(0))


def test_each_asked_paper_is_asked_for_in_both_languages_and_offered_in_none() -> None:
    folder = made()
    asked = [name.split() for name in folder.need_ids]
    half = len(asked) // 2
    assert [script_of(need.text) for need in folder.needs] == [Script.han] * half + [Script.other] * half
    assert [paper for _, paper in asked[:half]] == [paper for _, paper in asked[half:]]
    assert {paper for _, paper in asked}.isdisjoint(item.split()[1] for item in folder.items)


def test_offers_are_in_both_languages_and_whole() -> None:
    folder = made()
    assert {script_of(one.text) for one in folder.documents} == {Script.han, Script.other}
    whole = {text for paper in papers() for text in paper.languages}
    assert {one.title + one.text for one in folder.documents} <= whole


def test_what_fits_follows_the_bodies_alone() -> None:
    folder = made()
    for need, item, level in folder.judged:
        asked, offered = int(folder.need_ids[need].split()[1]), int(folder.items[item].split()[1])
        assert level == 1.0 or asked // 10 == offered // 10
    fits = [need for need, _, level in folder.judged if level == 4.0]
    assert [fits.count(need) for need in range(len(folder.needs))] == [4] * len(folder.needs)
