"""One's messages, how one is told, the channels and what they could not deliver: pages and API."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from http import HTTPStatus

import pytest
from fastapi import FastAPI
from sqlmodel import select

from core import clock
from core.database import Database
from models.access import viewer_of
from models.deal_forms import DealCreate
from models.enums import SubjectKind
from models.notice import ChannelSetting
from models.notice_enums import Channel, NoticeKind
from models.user import User
from models.work import OutboxMessage
from tests.api.page_reader import Browser
from workflow.deals import start_deal
from workflow.notifications import notify

SignIn = Callable[[str], Browser]
SECRET = "4f0c2a9e77b14d55"
HOOK = f"https://oapi.dingtalk.com/robot/send?access_token={SECRET}"


@pytest.fixture
def told(app: FastAPI, database: Database) -> str:
    """The id of a deal of the demo's staff member, who was told of it twice."""
    now = clock.now()
    with database.writing() as session:
        person_id = session.exec(select(User.person_id).where(User.login == "staff")).one()
        form = DealCreate(title="联合攻关", next_step="寄样品", next_step_due=date(2026, 3, 2))
        begun = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
        deal = start_deal(session, viewer_of(session, person_id, now), form, now=begun)
        for key in "ab":
            notify(
                session,
                person_id,
                "reminder.next_step",
                kind=NoticeKind.NEXT_STEP,
                params={"deal": deal.public_id, "due": "2026-03-02"},
                subject_kind=SubjectKind.DEAL,
                subject_id=deal.key,
                dedupe_key=key,
                now=now,
            )
        return deal.public_id


def test_the_frame_counts_what_is_unread_until_it_is_read(told: str, as_user: SignIn) -> None:
    staff = as_user("staff")
    page = staff.get("/messages").text
    assert 'aria-label="2 条未读消息"' in page
    assert page.count("“联合攻关”的下一步（寄样品）应于 2026-03-02 完成。") == 2
    assert "联合攻关" in staff.get("/").text
    found = re.search(r'action="(/messages/\d+/read)"', page)
    assert found is not None
    staff.send("/messages", found.group(1))
    assert 'aria-label="1 条未读消息"' in staff.get("/needs").text
    staff.send("/messages", "/messages/read")
    assert "条未读消息" not in staff.get("/messages").text
    assert "没有消息" in staff.get("/messages?unread=1").text


def test_a_message_is_read_once_its_page_was_opened_from_it(told: str, as_user: SignIn) -> None:
    staff = as_user("staff")
    found = re.search(r'class="title" href="(/messages/\d+)"', staff.get("/messages").text)
    assert found is not None
    assert as_user("lead").get(found.group(1)).status_code == HTTPStatus.NOT_FOUND
    opened = staff.get(found.group(1))
    assert opened.url.path == f"/deals/{told}"
    assert 'aria-label="1 条未读消息"' in opened.text
    assert staff.get("/messages").text.count(f'class="title" href="/deals/{told}"') == 1


def test_a_deal_is_snoozed_from_its_message_and_told_again(told: str, as_user: SignIn) -> None:
    staff = as_user("staff")
    until = re.search(r'name="until" value="(\d{4}-\d\d-\d\d)"', staff.get("/messages").text)
    assert until is not None
    said = staff.send("/messages", "/account/mutes", {"deal": told, "until": until.group(1), "next": "/messages"})
    assert "暂缓提醒" in said.text
    assert "不再就此提醒" not in said.text
    page = staff.get("/account/notices").text
    assert "联合攻关" in page
    assert "暂缓至" in page
    remove = re.search(r'action="(/account/mutes/\d+/remove)"', page)
    assert remove is not None
    staff.send("/account/notices", remove.group(1))
    assert "没有静音" in staff.get("/account/notices").text


def test_wishes_are_kept_and_nothing_typed_is_lost(app: FastAPI, as_user: SignIn) -> None:
    staff = as_user("staff")
    staff.send("/account/notices", "/account/notices", {"payment.mail": "weekly", "payment.fax": "daily"})
    hours = {"quiet_from": "21:00", "quiet_to": "07:30", "weekly_budget": "5"}
    staff.send("/account/notices", "/account/notices/hours", hours)
    wishes = staff.get("/api/v1/account/notices").json()
    assert wishes["timings"]["payment"] == {"mail": "weekly"}
    assert wishes["timings"]["milestone"] == {"mail": "instant"}
    assert wishes["hours"] == {"quiet_from": "21:00:00", "quiet_to": "07:30:00", "weekly_budget": 5}
    same = {"quiet_from": "22:00", "quiet_to": "22:00", "weekly_budget": "5"}
    assert "开始和结束相同" in staff.send("/account/notices", "/account/notices/hours", same).text
    refused = staff.send("/account/notices", "/account/notices/hours", {"quiet_from": "22:15", "weekly_budget": "7"})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'value="22:15"' in refused.text
    assert "免打扰时段需要同时填写开始和结束" in refused.text


def test_the_calendars_address_is_shown_once_and_read_without_signing_in(
    told: str, app: FastAPI, as_user: SignIn
) -> None:
    staff, program = as_user("staff"), Browser(app)
    page = staff.send("/account/notices", "/account/calendar").text
    found = re.search(r"<code>http://[^/]+(/calendar/[\w-]+\.ics)</code>", page)
    assert found is not None
    path = found.group(1)
    answer = program.get(path)
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "BEGIN:VEVENT" in answer.text
    assert path not in staff.get("/account/notices").text
    staff.send("/account/notices", "/account/calendar/close")
    revoked, wrong = program.get(path), program.get("/calendar/abc.ics")
    assert revoked.status_code == wrong.status_code == HTTPStatus.NOT_FOUND
    assert revoked.text == wrong.text


def test_calendars_are_not_guessed_at_speed(app: FastAPI) -> None:
    program = Browser(app)
    codes = (program.get(f"/calendar/{place}.ics").status_code for place in range(60))
    assert HTTPStatus.TOO_MANY_REQUESTS in codes


def test_an_address_is_set_by_an_administrator_and_never_shown_again(
    app: FastAPI, database: Database, as_user: SignIn
) -> None:
    admin = as_user("admin")
    page = admin.send("/channels", "/channels/dingtalk", {"address": HOOK})
    assert page.status_code == HTTPStatus.OK
    assert "dingtalk://…d55" in page.text
    everything = "".join(admin.get(path).text for path in ("/channels", "/api/v1/channels", "/audit"))
    assert SECRET not in everything
    with database.reading() as session:
        assert session.exec(select(ChannelSetting.address)).one() == f"dingtalk://{SECRET}"
    assert "钉钉" in as_user("staff").get("/account/notices").text
    refused = admin.send("/channels", "/channels/wecom", {"address": HOOK})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert SECRET not in refused.text
    admin.send("/channels", "/channels/dingtalk/remove")
    assert "dingtalk://" not in admin.get("/channels").text.replace("dingtalk://密钥@token", "")


@pytest.mark.parametrize("login", ["staff", "lead", "auditor", "enterprise"])
def test_channels_and_dead_letters_are_an_administrators(app: FastAPI, as_user: SignIn, login: str) -> None:
    other = as_user(login)
    for path in ("/channels", "/api/v1/channels", "/api/v1/dead-letters"):
        assert other.get(path).status_code == HTTPStatus.FORBIDDEN


def test_what_was_given_up_is_sent_again(told: str, database: Database, as_user: SignIn) -> None:
    now = clock.now()
    with database.writing() as session:
        for row in session.exec(select(OutboxMessage).where(OutboxMessage.channel == Channel.CONSOLE)):
            row.dead_at, row.error, row.attempts = now, "550 no such mailbox", 12
    admin = as_user("admin")
    page = admin.get("/channels").text
    assert page.count("550 no such mailbox") == 2
    assert "联合攻关" not in page  # whom and why, not what
    found = re.search(r'action="(/channels/retry/\d+)"', page)
    assert found is not None
    admin.send("/channels", found.group(1))
    assert admin.get("/api/v1/dead-letters").json()["total"] == 1
    admin.send("/channels", found.group(1).rpartition("/")[0])
    assert admin.get("/api/v1/dead-letters").json()["total"] == 0
    with database.reading() as session:
        waiting = select(OutboxMessage.attempts).where(OutboxMessage.channel == Channel.CONSOLE)
        assert session.exec(waiting).all() == [0, 0]


def test_numbers_that_no_database_holds_are_no_fault_of_the_software(app: FastAPI, as_user: SignIn) -> None:
    staff, admin = as_user("staff"), as_user("admin")
    number = 2**63
    answers = [
        staff.send("/messages", f"/messages/{number}/read"),
        staff.send("/messages", f"/account/mutes/{number}/remove"),
        admin.send("/channels", f"/channels/retry/{number}"),
        staff.send("/messages", f"/api/v1/messages/{number}/read"),
        admin.send("/channels", f"/api/v1/dead-letters/{number}/retry"),
    ]
    assert {answer.status_code for answer in answers} == {HTTPStatus.UNPROCESSABLE_ENTITY}


def test_a_trial_message_is_on_its_way(app: FastAPI, database: Database, as_user: SignIn) -> None:
    admin = as_user("admin")
    admin.send("/channels", "/channels/dingtalk", {"address": HOOK})
    admin.send("/channels", "/channels/dingtalk/trial")
    with database.reading() as session:
        row = session.exec(select(OutboxMessage)).one()
    assert (row.channel, row.code, row.sent_at) == (Channel.DINGTALK, "trial", None)
