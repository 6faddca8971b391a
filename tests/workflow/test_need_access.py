"""For each role, what is seen of a need at each level; lists, counts and searches included."""

from datetime import date, datetime
from typing import Any

import pytest

from catalog.demand.disclosure import FACT_LEVELS, TEXT_LEVELS, cut_need
from catalog.demand.needs import NeedFilter
from core.database import WriteSession
from core.errors import NotFound
from models import Need, NeedCreate, NeedPublic
from models.enums import AskerKind, DisclosureLevel, NeedStatus, SolutionMode
from models.need import NeedText
from tests.workflow.society import Society, found_society
from workflow.needs import list_needs, show_need, submit_need
from workflow.triage import similar_needs, triage_need

L0, L1, L2, L3 = DisclosureLevel
SECRETS = {
    "title": "绝密标题",
    "problem": "绝密问题",
    "indicators": "绝密指标≥99%",
    "goal": "绝密目标",
    "preferred_partner": "绝密伙伴",
}
NEED: dict[str, Any] = SECRETS | {
    "public_title": "公开标题",
    "keywords": ["绝密关键词"],
    "budget_from": 123_000_000,
    "budget_to": 456_000_000,
    "period_months": 18,
    "deadline": date(2027, 6, 30),
    "solution_mode": SolutionMode.COMMISSIONED,
    "asker": AskerKind.SMALL_FIRM,
    "technical_field": "manufacturing",
    "industry": "C34",
}
NOBODY = None
# Role → level of a need that is submitted only, and focused with disclosure 0, 1, 2, 3.
SEEN: dict[str, tuple[DisclosureLevel | None, ...]] = {
    "visitor": (NOBODY, NOBODY, L1, L1, L1),
    "member": (L3, L3, L3, L3, L3),
    "other_member": (NOBODY, NOBODY, L1, L2, L3),
    "supplier": (NOBODY, NOBODY, L1, L2, L3),
    "staff": (L3, L3, L3, L3, L3),
    "other_staff": (L1, L1, L1, L1, L1),
    "lead": (L3, L3, L3, L3, L3),
    "auditor": (L1, L1, L1, L1, L1),
    "admin": (NOBODY, NOBODY, L1, L1, L1),
}


@pytest.fixture
def society(session: WriteSession, now: datetime) -> Society:
    return found_society(session, now)


def need_of(session: WriteSession, society: Society, now: datetime, disclosure: int) -> Need:
    form = NeedCreate.model_validate(NEED | {"disclosure": disclosure})
    return submit_need(session, society.staff, form, organisation=society.enterprise.public_id, now=now)


def level_seen(session: WriteSession, society: Society, role: str, need: Need) -> DisclosureLevel | None:
    try:
        return show_need(session, getattr(society, role), need.public_id).level
    except NotFound:
        return None


@pytest.mark.parametrize("role", SEEN)
def test_each_role_sees_a_need_at_its_level_and_lists_and_counts_agree(
    session: WriteSession, society: Society, now: datetime, role: str
) -> None:
    submitted = need_of(session, society, now, 1)
    assert level_seen(session, society, role, submitted) == SEEN[role][0]
    for disclosure, level in enumerate(SEEN[role][1:]):
        need = need_of(session, society, now, disclosure)
        triage_need(session, society.staff, need.public_id, now=now)
        assert level_seen(session, society, role, need) == level, f"disclosure {disclosure}"

    page = list_needs(session, getattr(society, role))

    visible = [level for level in SEEN[role] if level is not NOBODY]
    assert page.total == len(page.items) == len(visible)
    assert sorted(item.level for item in page.items) == sorted(visible)


@pytest.mark.parametrize("role", SEEN)
def test_no_page_and_no_list_holds_what_is_above_the_viewers_level(
    session: WriteSession, society: Society, now: datetime, role: str
) -> None:
    for disclosure in (0, 1, 2, 3):
        triage_need(session, society.staff, need_of(session, society, now, disclosure).public_id, now=now)
    viewer = getattr(society, role)

    for item in list_needs(session, viewer).items:
        for shown in (item, show_need(session, viewer, item.public_id)):
            written = shown.model_dump_json()
            if shown.level < L2:
                assert "绝密" not in written
            if shown.level < L3:
                assert "绝密伙伴" not in written
                assert "示例轴承厂" not in written
                assert society.enterprise.public_id not in written
                assert "123000000" not in written


def test_a_list_holds_no_text_and_no_sum_even_of_what_is_seen_in_full(
    session: WriteSession, society: Society, now: datetime
) -> None:
    need = need_of(session, society, now, 1)
    triage_need(session, society.staff, need.public_id, now=now)
    twin = need_of(session, society, now, 1)

    [listed] = [found for found in list_needs(session, society.staff).items if found.public_id == need.public_id]
    [alike] = similar_needs(session, society.staff, twin.public_id)

    for shown in (listed, alike.need):
        assert (shown.level, shown.title, shown.organisation_name) == (L3, "绝密标题", "示例轴承厂")
        written = shown.model_dump_json(exclude={"title"})
        assert "绝密" not in written
        assert "123000000" not in written


@pytest.mark.parametrize("role", SEEN)
@pytest.mark.parametrize(
    ("wanted", "lowest"),
    [
        (NeedFilter(query="公开标题"), L1),
        (NeedFilter(query="绝密标题"), L2),
        (NeedFilter(query="绝密问题"), L2),
        (NeedFilter(query="绝密指标"), L2),
        (NeedFilter(query="公开标题 绝密目标"), L2),
        (NeedFilter(query="示例轴承厂"), L3),
        (NeedFilter(technical_field="manufacturing", region="330000", status=NeedStatus.FOCUSED), L1),
    ],
)  # fmt: skip
def test_a_search_finds_only_by_what_the_viewer_may_read(
    session: WriteSession, society: Society, now: datetime, role: str, wanted: NeedFilter, lowest: DisclosureLevel
) -> None:
    for disclosure in (0, 1, 2, 3):
        triage_need(session, society.staff, need_of(session, society, now, disclosure).public_id, now=now)

    page = list_needs(session, getattr(society, role), wanted)

    assert page.total == sum(level is not None and level >= lowest for level in SEEN[role][1:])


def test_a_filter_by_asker_finds_only_what_is_seen_in_full(
    session: WriteSession, society: Society, now: datetime
) -> None:
    triage_need(session, society.staff, need_of(session, society, now, 2).public_id, now=now)
    wanted = NeedFilter(organisation=society.enterprise.public_id)

    totals = {role: list_needs(session, getattr(society, role), wanted).total for role in SEEN}

    assert {role for role, total in totals.items() if total} == {"member", "staff", "lead"}


def test_mine_are_the_needs_of_ones_enterprise_or_branch(
    session: WriteSession, society: Society, now: datetime
) -> None:
    need_of(session, society, now, 3)

    totals = {role: list_needs(session, getattr(society, role), NeedFilter(mine=True)).total for role in SEEN}

    assert {role for role, total in totals.items() if total} == {"member", "staff"}


def test_every_field_of_a_need_has_a_level() -> None:
    assert set(TEXT_LEVELS) == set(NeedText.model_fields)
    assert set(TEXT_LEVELS) | set(FACT_LEVELS) | {"level"} == set(NeedPublic.model_fields)


def test_a_lower_level_never_shows_a_field_of_a_higher_one(now: datetime) -> None:
    facts: dict[str, object] = {
        "public_id": "p",
        "version": 3,
        "revision": 2,
        "status": NeedStatus.FOCUSED,
        "disclosure": L3,
        "region": "330000",
        "organisation": "o",
        "organisation_name": "n",
        "contact_name": "c",
        "clarity": 0.5,
        "clarity_kind": "clear",
        "submitted_at": now,
        "archived": True,
        "unheard_of": "never shown",
    }
    text = NeedText.model_validate(NEED)
    full = cut_need(text, L3, facts)
    levels = TEXT_LEVELS | FACT_LEVELS
    empty = NeedPublic(public_id="", version=0, revision=0, level=L1, status=NeedStatus.SUBMITTED, submitted_at=now)

    for level in (L1, L2):
        cut = cut_need(text, level, facts)
        for name, lowest in levels.items():
            wanted = full if lowest <= level else empty
            assert getattr(cut, name) == getattr(wanted, name), f"{name} at {level!r}"
