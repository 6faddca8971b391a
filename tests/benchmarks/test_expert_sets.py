from pathlib import Path

import numpy as np

from benchmarks.expert_sets import ExpertSet, Paper, chinese_set, english_set, write_set
from matching.evaluation.folder import read_folder
from matching.suppliers import Aggregation


def chinese() -> ExpertSet:
    papers = [Paper(f"{subject}{i}", "文", subject=subject) for subject in "甲乙丙" for i in range(20)]
    return chinese_set(papers, np.random.default_rng(0))


def test_no_paper_is_both_a_need_and_an_experts_or_two_experts() -> None:
    made = chinese()
    titles = [paper.title for papers in made.experts for paper in papers] + [need.title for need in made.needs]
    assert len(titles) == len(set(titles)) == 60


def test_the_first_subject_of_an_expert_outranks_the_second() -> None:
    made = chinese()
    for need, levels in zip(made.needs, made.levels, strict=True):
        for papers, level in zip(made.experts, levels, strict=True):
            subjects = [paper.subject for paper in papers]
            share = subjects.count(need.subject) / len(subjects)
            assert level == (4.0 if share > 0.5 else 3.0 if share > 0 else 1.0)


def test_english_levels_follow_the_chinese_bodies_only() -> None:
    papers = [
        Paper("same", "words", body=f"{word * 40}{i}") for word in ("轴承", "水稻", "卫星", "合金") for i in range(30)
    ]
    made = english_set(papers, np.random.default_rng(0))
    for need, levels in zip(made.needs, made.levels, strict=True):
        best = made.experts[int(levels.argmax())]
        assert sum(paper.body[:2] == need.body[:2] for paper in best) >= 3
    assert {float(level) for level in np.unique(made.levels)} == {1.0, 2.0, 3.0, 4.0}


def test_a_written_set_is_a_benchmark_folder(tmp_path: Path) -> None:
    made = chinese()
    write_set(made, tmp_path)
    folder = read_folder(tmp_path)
    assert folder.aggregation is Aggregation.breadth
    assert (len(folder.needs), len(folder.items)) == made.levels.shape
