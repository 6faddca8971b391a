"""The list: hard rules never bend, (band, score) is the order, and everybody passed over has a reason."""

import random
from dataclasses import replace

import pytest

from core.language.clauses import RequirementKind
from matching.evidence.caps import rank_key
from matching.evidence.types import Requirement, Verdict
from matching.proposals.types import Policy, Refused, Side
from matching.rules import NeedFacts, Party
from matching.types import Band
from tests.matching.proposals_world import (
    BOLTS,
    CAPABILITY,
    CHROME,
    FATIGUE,
    NEED,
    STRENGTH,
    SUPPLIER,
    listed,
    must,
    offer,
    reasons,
    suppliers,
    wanted,
)
from tests.matching.rules_world import WISHED, broken

PLAIN = Policy(varied=False)
HARD = [
    "conflict_of_interest", "exclusion", "capacity", "required_region", "ipr_stance", "ipr_state", "expired",
    "minimum_maturity",
]  # fmt: skip


def test_the_list_is_by_score_where_all_are_of_one_band() -> None:
    proposal = listed(wanted(), [offer(1, 0.5), offer(2, 0.7), offer(3, 0.6)])
    assert suppliers(proposal) == [2, 3, 1]
    assert [place.rank for place in proposal.proposed] == [1, 2, 3]
    assert proposal.passed_over == ()


def test_no_score_lifts_a_match_over_its_band() -> None:
    unconfirmed = replace(CAPABILITY, confirmed_on=None)
    proposal = listed(wanted(), [offer(1, 0.9, capability=unconfirmed), offer(2, 0.5)])
    assert [(p.supplier, p.text_band, p.band) for p in proposal.proposed] == [
        (2, Band.strong, Band.strong),
        (1, Band.strong, Band.worth_a_look),
    ]


@pytest.mark.parametrize("rule", HARD)
@pytest.mark.parametrize("score", [0.99, 0.05, 1e-6])
def test_a_hard_rule_never_bends_however_high_the_score_and_however_empty_the_list(rule: str, score: float) -> None:
    need, supplier, capability = broken(WISHED, rule)
    one = offer(9, score, capability=capability)
    supplier = replace(supplier, id=supplier.id)
    proposal = listed(wanted(need), [replace(one, facts=supplier)], policy=Policy(per_organisation=1))
    assert proposal.proposed == ()
    (over,) = proposal.passed_over
    assert over.reason.code.startswith(f"rule.{rule}.")
    assert (over.band, over.would_rank, over.capability) == (Band.excluded, 1, 1009)


def test_whom_people_refused_is_not_on_the_list_and_the_reason_says_for_whom() -> None:
    for_need = replace(offer(1, 0.9), refused=Refused("too_early"))
    for_all = replace(offer(2, 0.8), refused=Refused("ip_problem", for_enterprise=True))
    proposal = listed(wanted(), [for_need, for_all, offer(3, 0.2)])
    assert suppliers(proposal) == [3]
    assert reasons(proposal) == {
        1: "proposal.passed_over.refused_for_need",
        2: "proposal.passed_over.refused_for_enterprise",
    }
    assert proposal.passed_over[0].reason.params == {"code": "too_early"}


def test_a_supplier_at_its_limit_is_passed_over_with_the_numbers() -> None:
    full = replace(SUPPLIER, open_deals=6)
    (over,) = listed(wanted(), [offer(1, facts=full), offer(2)]).passed_over
    assert (over.supplier, over.reason.code, over.reason.params) == (1, "rule.capacity.full", {"open": 6, "limit": 6})


def test_evidence_orders_those_of_one_text_band() -> None:
    need = wanted(NEED, must(STRENGTH, confirmed=True))
    short = BOLTS.replace("1080", "520")
    proposal = listed(need, [offer(1, 0.9, texts=[short]), offer(2, 0.7), offer(3, 0.5, texts=[BOLTS])])
    found = [(p.supplier, p.band, p.findings[0].verdict, p.questions) for p in proposal.proposed]
    assert found == [
        (3, Band.strong, Verdict.met, ()),
        (2, Band.worth_a_look, Verdict.no_evidence, (0,)),
        (1, Band.weak, Verdict.contradicted, ()),
    ]


def test_evidence_is_looked_for_only_where_it_may_decide_and_the_list_is_the_same() -> None:
    need = wanted(NEED, must(STRENGTH), must(FATIGUE))
    offers = [offer(i, 0.36 + 0.01 * i, texts=[BOLTS if i % 3 else "螺栓。"]) for i in range(12)]
    short, long = (listed(need, offers, policy=Policy(k=k, varied=False)) for k in (4, 12))
    assert suppliers(long)[:4] == suppliers(short)
    assert [place.band for place in long.proposed[:4]] == [place.band for place in short.proposed]


def test_wishes_that_are_met_never_lift_a_match_over_its_cap() -> None:
    wishes = [Requirement(text, RequirementKind.SHOULD) for text in (STRENGTH, CHROME)] * 3
    bare = listed(wanted(NEED, must(FATIGUE)), [offer(1, 0.9, texts=[BOLTS])])
    more = listed(wanted(NEED, must(FATIGUE), *wishes), [offer(1, 0.9, texts=[BOLTS])])
    assert bare.proposed[0].band is more.proposed[0].band is Band.worth_a_look


def test_the_order_of_the_offers_changes_no_byte() -> None:
    need = wanted(NEED, must(STRENGTH))
    offers = [
        offer(i, 0.2 + 0.04 * (i % 7), texts=[BOLTS] * (i % 2), organisations=[i % 3], shown=i % 5) for i in range(16)
    ]
    first = repr(listed(need, offers))
    for seed in range(3):
        random.Random(seed).shuffle(offers)
        assert repr(listed(need, offers)) == first


def test_the_list_and_those_passed_over_hold_the_first_k_by_score() -> None:
    need = wanted(NEED, must(STRENGTH, confirmed=True))
    offers = [
        offer(
            i,
            0.9 - 0.02 * i,
            facts=replace(SUPPLIER, open_deals=9 if i % 5 == 0 else None if i % 7 == 0 else 0),
            texts=[BOLTS.replace("1080", "520") if i % 4 == 0 else BOLTS],
            organisations=[i % 2],
            shown=i,
        )
        for i in range(40)
    ]
    proposal = listed(need, offers)
    over = {one.supplier: one for one in proposal.passed_over}
    assert len(proposal.proposed) == 10
    assert not over.keys() & set(suppliers(proposal))
    assert {one.would_rank for one in over.values()} | {
        rank for rank, one in enumerate(offers, start=1) if one.supplier in suppliers(proposal)
    } >= set(range(1, 11))


def test_those_passed_over_for_a_lower_band_are_told_so() -> None:
    need = wanted(NEED, must(STRENGTH, confirmed=True))
    proposal = listed(
        need,
        [
            offer(1, 0.9, texts=[BOLTS.replace("1080", "520")]),
            offer(2, 0.8, texts=[BOLTS], capability=replace(CAPABILITY, confirmed_on=None)),
            offer(3, 0.5, texts=[BOLTS]),
            offer(4, 0.4, texts=[BOLTS]),
        ],
        policy=Policy(k=2),
    )
    assert suppliers(proposal) == [3, 4]
    assert reasons(proposal) == {
        1: "proposal.passed_over.lowered_by_evidence",
        2: "proposal.passed_over.lowered_by_rules",
    }


def test_another_technology_of_the_same_people_may_show_what_was_asked_for_but_never_the_contrary() -> None:
    need, missed = wanted(NEED, must(STRENGTH, confirmed=True)), BOLTS.replace("1080", "520")
    (silent_then_met,) = listed(need, [offer(1, texts=["本技术用于水稻抗旱育种。", BOLTS])]).proposed
    (silent_then_missed,) = listed(need, [offer(1, texts=["本技术用于水稻抗旱育种。", missed])]).proposed
    (met_then_missed,) = listed(need, [offer(1, texts=[BOLTS, missed])]).proposed
    (missed_then_met,) = listed(need, [offer(1, texts=[missed, BOLTS])]).proposed
    verdicts = [place.findings[0].verdict for place in (silent_then_met, silent_then_missed, met_then_missed)]
    assert verdicts == [Verdict.met, Verdict.no_evidence, Verdict.met]
    assert missed_then_met.findings[0].verdict is Verdict.contradicted


def test_a_document_that_is_not_about_the_need_shows_nothing() -> None:
    need, texts = wanted(NEED, must(STRENGTH)), ["本技术用于水稻抗旱育种。", BOLTS]
    (place,) = listed(need, [offer(1, texts=texts, other_score=0.05)]).proposed
    assert place.findings[0].verdict is Verdict.no_evidence


def test_who_is_known_to_nobody_is_excluded_for_an_asker_and_not_for_mere_words() -> None:
    unknown = replace(SUPPLIER, party=Party(), names=None, open_deals=None)
    stranger = offer(1, facts=unknown, capability=replace(CAPABILITY, confirmed_on=None))
    assert listed(wanted(), [stranger]).proposed == ()
    (place,) = listed(wanted(None), [stranger]).proposed
    assert (place.band, place.rules.questions, place.need_side.parts) == (Band.strong, (), ())
    assert place.bottleneck is Side.even


def test_an_unknown_asker_excludes_everybody() -> None:
    assert listed(wanted(NeedFacts()), [offer(1)]).proposed == ()


def test_a_full_supplier_is_out_for_mere_words_too() -> None:
    proposal = listed(wanted(None), [offer(1, facts=replace(SUPPLIER, open_deals=9))])
    assert reasons(proposal) == {1: "rule.capacity.full"}


def test_figures_have_six_decimals() -> None:
    (place,) = listed(wanted(), [offer(1, 1 / 3)]).proposed
    for figure in (place.text_score, place.score, place.best.score, *place.best.features.values()):
        assert figure == round(figure, 6)
    assert place.best.features == {"dense": 0.3}


def test_nothing_offered_is_an_empty_list() -> None:
    proposal = listed(wanted(), [])
    assert (proposal.proposed, proposal.passed_over) == ((), ())


def test_two_offers_of_one_supplier_and_a_score_that_is_no_number_are_named() -> None:
    with pytest.raises(ValueError, match=r"\[7, 7\]"):
        listed(wanted(), [offer(7), offer(7)])
    with pytest.raises(ValueError, match="supplier 7 is nan"):
        listed(wanted(), [replace(offer(7), raw=float("nan"))])


def test_the_versions_are_named() -> None:
    proposal = listed(wanted(), [])
    assert proposal.rules.startswith("keqiao-")
    assert proposal.weights.startswith("evidence-")


def test_keys_of_the_list_never_fall() -> None:
    offers = [offer(i, 0.1 + 0.05 * (i % 9), organisations=[i % 2], shown=i) for i in range(20)]
    keys = [rank_key(place.band, place.score) for place in listed(wanted(), offers).proposed]
    assert keys == sorted(keys)
