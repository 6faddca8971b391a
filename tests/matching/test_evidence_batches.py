"""A finding depends on its own need and documents only, to the last bit, and its quote is always in its document."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.language.clauses import RequirementKind, split_clauses
from matching.embedding.protocol import Vectors
from matching.embedding.static import shipped_embedder
from matching.evidence.assess import assess, assess_many
from matching.evidence.types import Requirement, Source, Verdict

NEED = "采购一台冻干机。隔板温度均匀性±1 ℃以内；冷凝器捕水量不低于30 kg；不使用含氟制冷剂；最好支持远程诊断。"
ASKED = [
    Requirement("隔板温度均匀性±1 ℃以内", RequirementKind.MUST),
    Requirement("冷凝器捕水量不低于30 kg", RequirementKind.MUST),
    Requirement("不使用含氟制冷剂", RequirementKind.MUST),
    Requirement("最好支持远程诊断", RequirementKind.SHOULD),
]
TEXTS = [
    "中试冻干机，隔板温差±0.8 ℃，冷凝器捕水量35 kg，以二氧化碳复叠制冷，支持远程诊断。",
    "Freeze dryer with shelves of 4 m². The condenser holds 22 kg of ice; remote diagnosis is not offered.",
    "公司成立于1998年，主营货架。",
    "",
    "冻干曲线优化服务。捕水量31 kg。制冷剂为R404A。",
]
SUPPLIERS = [
    [Source(k, date(2024, 1, 1 + k), TEXTS[(i + k) % 5][:6], TEXTS[(i + k) % 5]) for k in range(2)] for i in range(5)
]
STRANGE = [
    "\x00\x01\x1b",
    "\u200b\u200d\ufeff",
    "🙂🧪👩‍🔬",
    "，。；！……",
    "％‰№㎡",
    "\ud800",
    "９９．５％±０",
    "1e999 kg",
    "一" * 300,
]


def test_a_supplier_in_a_batch_gets_what_it_gets_alone() -> None:
    together = assess_many(NEED, ASKED, [*SUPPLIERS, []], shipped_embedder())
    alone = tuple(assess(NEED, ASKED, sources, shipped_embedder()) for sources in [*SUPPLIERS, []])
    assert together == alone
    assert assess_many(NEED, ASKED, SUPPLIERS[::-1], shipped_embedder()) == together[-2::-1]


class Renamed:
    """The shipped embedder under another name, for which nothing has been kept."""

    name, dim = "renamed", shipped_embedder().dim

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder.encode`."""
        return shipped_embedder().encode(texts)


def test_what_is_kept_between_calls_changes_nothing() -> None:
    kept = assess_many(NEED, ASKED, SUPPLIERS, shipped_embedder())
    assert assess_many(NEED, ASKED, SUPPLIERS, Renamed()) == kept
    assert assess_many(NEED, ASKED, SUPPLIERS[::-1], Renamed()) == kept[::-1]


def test_support_has_six_decimals() -> None:
    found = [one for row in assess_many(NEED, ASKED, SUPPLIERS, shipped_embedder()) for one in row]
    assert all(one.support == round(one.support, 6) and 0.0 <= one.support <= 1.0 for one in found)


def test_no_requirements_or_no_suppliers_give_nothing() -> None:
    assert assess_many(NEED, [], SUPPLIERS, shipped_embedder()) == ((),) * 5
    assert assess_many(NEED, ASKED, [], shipped_embedder()) == ()


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120), st.text(max_size=60), st.sampled_from(list(RequirementKind)))
def test_a_quote_is_in_its_document_where_it_says(told: str, asked: str, kind: RequirementKind) -> None:
    check(asked, f"{TEXTS[0]}{told}", kind)


@pytest.mark.parametrize("strange", STRANGE)
def test_strange_characters_do_no_harm(strange: str) -> None:
    for kind in RequirementKind:
        check(f"捕水量{strange}不低于30 kg", f"{strange}捕水量{strange}为35 kg{strange}", kind)
        check(strange, strange, kind)


def test_a_hundred_thousand_characters_are_read_in_part() -> None:
    check("捕水量不低于30 kg", "捕水量35 kg，" * 12_500, RequirementKind.MUST)
    assert split_clauses("捕水量35 kg，" * 12_500)


def check(asked: str, told: str, kind: RequirementKind) -> None:
    source = Source(3, date(2024, 5, 6), told[:8], told)
    finding = assess(asked, [Requirement(asked, kind)], [source], shipped_embedder())[0]
    assert (finding.proof is None) is (finding.verdict is Verdict.no_evidence)
    if finding.proof is not None:
        assert 0 <= finding.proof.start < finding.proof.end <= len(told)
        assert (finding.proof.source, finding.proof.date) == (source.id, source.date)
        assert told[finding.proof.start : finding.proof.end].strip()
