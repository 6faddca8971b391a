import json
from pathlib import Path

from matching.embedding.static import shipped_embedder
from matching.evaluation.folder import NEEDS, read_folder
from matching.evaluation.variety_cost import variety_cost
from matching.proposals.types import Policy
from matching.ranker import COLD
from tests.matching.test_evaluation import TOPICS, write


def test_the_plain_order_loses_nothing(tmp_path: Path) -> None:
    cost = variety_cost(read_folder(write(tmp_path)), shipped_embedder(), COLD, Policy(varied=False))
    assert cost is not None
    assert (cost.gain, cost.theirs) == (0.0, 1.0)


def test_a_limit_for_each_organisation_costs_what_it_pushes_down(tmp_path: Path) -> None:
    # Every need has two equally good offers, both of one supplier; the other suppliers are a little like it.
    folder = write(tmp_path)
    needs = [{"id": f"n{i}", "title": f"{topic}研究团队"} for i, topic in enumerate(TOPICS)]
    (folder / NEEDS).write_text("".join(json.dumps(one) + "\n" for one in needs), encoding="utf-8")
    strict = Policy(k=len(TOPICS), per_organisation=1, explored_share=0.0)
    cost = variety_cost(read_folder(folder), shipped_embedder(), COLD, strict)
    assert cost is not None
    assert cost.ours < cost.theirs == 1.0


def test_where_suppliers_are_judged_each_is_its_own_organisation(tmp_path: Path) -> None:
    strict = Policy(per_organisation=1, explored_share=0.0)
    cost = variety_cost(read_folder(write(tmp_path, "supplier")), shipped_embedder(), COLD, strict)
    assert cost is not None
    assert cost.gain == 0.0
