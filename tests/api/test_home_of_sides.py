"""What the people of an enterprise and of a supplier find on their home page, in their list of deals and settings."""

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlmodel import select

from core import clock
from core.database import Database
from models.access import viewer_of
from models.deal_enums import PartyRole
from models.deal_forms import DealCreate, WaitingUpdate
from models.enums import NeedStatus
from models.need import Need
from models.notice_enums import NoticeKind
from models.supplier import Supplier
from models.user import User
from tests.api.page_reader import Browser
from tests.api.page_world import add_catalogue
from workflow.deals import set_waiting, start_deal
from workflow.triage import triage_need

SignIn = Callable[[str], Browser]
TURN = r"学会自\d+年\d+月\d+日起等待贵方答复"


@pytest.fixture
def deal(app: FastAPI, database: Database) -> str:
    """The id of a deal between the demo's enterprise and its expert, about the enterprise's need."""
    now = clock.now()
    with database.writing() as session:
        add_catalogue(session, now)
        person = session.exec(select(User.person_id).where(User.login == "staff")).one()
        staff = viewer_of(session, person, now)
        need = session.exec(select(Need)).one()
        triage_need(session, staff, need.public_id, now=now)
        assert need.status is NeedStatus.FOCUSED
        supplier = session.exec(select(Supplier).where(Supplier.name == "示例专家")).one()
        form = DealCreate(title="低温升主轴试制", need=need.public_id, supplier=supplier.public_id)
        return start_deal(session, staff, form, now=now).public_id


def wait_for(database: Database, deal: str, side: PartyRole | None) -> None:
    now = clock.now()
    with database.writing() as session:
        person = session.exec(select(User.person_id).where(User.login == "staff")).one()
        form = WaitingUpdate(waiting_for=side)
        set_waiting(session, viewer_of(session, person, now), deal, form, now=now)


@pytest.mark.parametrize(("login", "side"), [("enterprise", PartyRole.DEMAND), ("supplier", PartyRole.SUPPLY)])
def test_who_is_waited_for_finds_it_at_home_in_the_list_and_among_the_messages(
    deal: str, database: Database, as_user: SignIn, login: str, side: PartyRole
) -> None:
    mine, others = as_user(login), as_user("supplier" if login == "enterprise" else "enterprise")
    assert "您参与" not in mine.get("/").text
    assert not re.search(TURN, mine.get("/").text)
    assert f'href="/deals/{deal}"' in mine.get("/").text
    wait_for(database, deal, side)
    home = mine.get("/").text
    assert re.search(rf'href="/deals/{deal}".{{0,400}}{TURN}', home, re.DOTALL)
    assert re.search(TURN, mine.get("/deals").text)
    assert "等待贵方答复，请在项目页面答复" in mine.get("/messages").text
    for page in ("/", "/deals", "/messages"):
        assert "等待贵方答复" not in others.get(page).text
        assert "贵方答复" not in as_user("staff").get(page).text
    waiting = {browser: browser.get("/api/v1/deals?awaited=true").json()["total"] for browser in (mine, others)}
    assert waiting == {mine: 1, others: 0}
    mine.send(f"/deals/{deal}", f"/deals/{deal}/replies", {"text": "样品已寄出", "visibility": ""})
    assert not re.search(TURN, mine.get("/").text)
    assert "答复已收到，待学会处理" in mine.get("/").text
    wait_for(database, deal, None)
    assert "等待贵方答复" not in mine.get("/messages").text


def test_an_enterprise_comes_from_its_need_to_the_deal_that_came_of_it(deal: str, as_user: SignIn) -> None:
    home = as_user("enterprise").get("/").text
    own = home[home.index('id="own"') :]
    assert re.search(rf'高速电主轴轴承.{{0,900}}href="/deals/{deal}">对接项目（', own, re.DOTALL)


def test_a_supplier_comes_from_home_to_the_own_profile_and_the_needs_that_fit(deal: str, as_user: SignIn) -> None:
    home = as_user("supplier").get("/").text
    [profile] = set(re.findall(r'href="(/suppliers/[a-z0-9]{12})"', home))
    assert f'href="{profile}/needs"' in home
    assert as_user("supplier").get(f"{profile}/needs").status_code == 200
    assert "/suppliers/" not in as_user("enterprise").get("/").text


@pytest.mark.parametrize(
    ("login", "told", "not_told"),
    [
        (
            "enterprise",
            {NoticeKind.ANSWER_WANTED, NoticeKind.NEED_PROGRESS, NoticeKind.NEED_EXPIRY, NoticeKind.ENDED},
            {NoticeKind.REVIEW, NoticeKind.ESCALATION, NoticeKind.HAND_OVER, NoticeKind.PROFILE, NoticeKind.REPLY},
        ),
        (
            "supplier",
            {NoticeKind.ANSWER_WANTED, NoticeKind.DEAL_PROGRESS, NoticeKind.PROFILE, NoticeKind.ENDED},
            {NoticeKind.NEED_PROGRESS, NoticeKind.PAUSE, NoticeKind.NEXT_STEP, NoticeKind.NEED_CHANGED},
        ),
        (
            "staff",
            {NoticeKind.NEED_CHANGED, NoticeKind.REPLY, NoticeKind.PROFILE, NoticeKind.ESCALATION},
            {NoticeKind.ANSWER_WANTED, NoticeKind.NEED_PROGRESS, NoticeKind.DEAL_PROGRESS, NoticeKind.ENDED},
        ),
        ("visitor", set(), set(NoticeKind)),
    ],
)
def test_settings_offer_what_can_reach_the_reader(
    app: FastAPI, as_user: SignIn, login: str, told: set[NoticeKind], not_told: set[NoticeKind]
) -> None:
    reader = as_user(login)
    page = reader.get("/account/notices").text
    offered = {NoticeKind(kind) for kind in re.findall(r'name="(\w+)\.mail"', page)}
    assert told <= offered
    assert not offered & not_told
    assert set(reader.get("/api/v1/account/notices").json()["timings"]) == {kind.value for kind in offered}
    assert ("您的角色没有通知" in page) == (not offered)


def test_a_deal_is_muted_by_its_title(deal: str, as_user: SignIn) -> None:
    for login, name in (("enterprise", "低温升主轴试制"), ("staff", "低温升主轴试制")):
        reader = as_user(login)
        assert re.search(rf'<option value="{deal}">{name}</option>', reader.get("/account/notices").text)
        said = reader.send("/account/notices", "/account/mutes", {"kind": "", "deal": deal, "until": ""})
        assert f'<a href="/deals/{deal}">{name}</a>' in said.text
    assert deal not in as_user("lead").get("/account/notices").text
