"""The timeline over HTTP: noted in passing, filtered, found again by its address, mails kept, readers changed."""

import re
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from core import clock
from core.database import Database
from models.deal_enums import NoteKind
from models.deal_forms import NoteCreate
from tests.api.page_reader import Browser, find_link
from tests.api.page_world import add_deals, viewer_of_login
from tests.workflow.file_samples import PDF
from workflow.deals import add_note


@pytest.fixture
def staff(app: FastAPI, database: Database, as_user: Callable[[str], Browser]) -> Browser:
    with database.writing() as session:
        add_deals(session, clock.now())
    return as_user("staff")


def eml() -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "示例 <a@example.com>", "b@example.com", "样品报价"
    made["Date"] = "Sun, 01 Mar 2026 09:00:00 +0800"
    made.set_content("报价见附件。")
    made.add_attachment(PDF, maintype="application", subtype="pdf", filename="报价.pdf")
    made.add_attachment(b"MZ", maintype="application", subtype="octet-stream", filename="tool.exe")
    return made.as_bytes()


def entry_of(page: str, text: str) -> str:
    """The id of the line that holds a text."""
    lines = re.findall(r'<li id="e-(\w{12})".*?</li>', page, re.DOTALL)
    found = [line for line in lines if text in page.split(f'id="e-{line}"')[1].split('<li id="e-')[0]]
    assert found, text
    return str(found[0])


def test_a_call_is_noted_in_one_line_at_the_time_it_was_made(staff: Browser) -> None:
    deal = find_link(staff, "/deals")
    note = {"text": "企业确认了样品", "kind": "call", "when": "2026-01-05 14:30", "visibility": "staff"}
    page = staff.send(deal, f"{deal}/notes", note).text
    assert "2026年1月5日 14:30" in page
    assert 'class="sought"' in page
    month = staff.send(deal, f"{deal}/notes", {**note, "text": "更早", "when": "2025-12"}).text
    assert "2025年12月" in month


@pytest.mark.parametrize(
    ("when", "said"), [("下周", "看不懂这个时间"), ("2099-01-01", "不能"), ("2026-02-30", "看不懂这个时间")]
)
def test_a_time_that_makes_no_sense_is_told_and_the_text_stays(staff: Browser, when: str, said: str) -> None:
    deal = find_link(staff, "/deals")
    answer = staff.send(deal, f"{deal}/notes", {"text": "别丢", "kind": "call", "when": when, "visibility": "staff"})
    assert answer.status_code == 422
    assert said in answer.text
    assert "别丢</textarea>" in answer.text


def test_a_mail_is_kept_from_its_file_and_from_the_clipboard(staff: Browser) -> None:
    deal = find_link(staff, "/deals")
    sent = staff.send(
        deal, f"{deal}/mails", {"visibility": "staff"}, files={"file": ("a.eml", eml(), "message/rfc822")}
    )
    assert sent.status_code == 200
    for shown in (
        "样品报价",
        "示例 &lt;a@example.com&gt; → b@example.com",
        "报价见附件。",
        "报价.pdf",
        "另有 1 个附件",
    ):
        assert shown in sent.text, shown
    pasted = {"text": "发件人: 甲\n发送时间: 2026年1月5日 14:30\n主题: 粘贴的邮件\n\n正文", "visibility": "staff"}
    page = staff.send(deal, f"{deal}/mails", pasted).text
    assert "粘贴的邮件" in page
    assert "2026年1月5日 14:30" in page


@pytest.mark.parametrize(
    ("fields", "files", "said"),
    [
        ({}, {}, "请选择邮件文件或粘贴邮件内容"),
        ({}, {"file": ("a.eml", b"nothing of a mail")}, "这不是有效的邮件文件"),
        ({}, {"file": ("a.eml", b"")}, "文件是空的"),
    ],
)
def test_what_is_no_mail_is_refused_with_the_form_open(
    staff: Browser, fields: dict[str, str], files: dict[str, tuple[str, bytes]], said: str
) -> None:
    deal = find_link(staff, "/deals")
    answer = staff.send(deal, f"{deal}/mails", {"visibility": "staff", **fields}, files=files or None)
    assert answer.status_code == 422
    assert said in answer.text


def test_lines_are_filtered_and_have_an_address_of_their_own(
    staff: Browser, as_user: Callable[[str], Browser], database: Database
) -> None:
    deal, now = find_link(staff, "/deals"), clock.now()
    with database.writing() as session:
        for number in range(60):
            note = NoteCreate(kind=NoteKind.NOTE, text=f"第 {number} 次")
            add_note(session, viewer_of_login(session, "staff", now), deal.split("/")[-1], note, now=now)
    staff.send(deal, f"{deal}/notes", {"text": "很早", "kind": "call", "when": "2025-01", "visibility": "staff"})
    only = staff.get(f"{deal}?kind=call&q=很早").text
    assert "很早" in only
    assert "第 3 次" not in only
    entry = entry_of(only, "很早")
    answer = staff.get(f"{deal}/events/{entry}")
    assert str(answer.url).endswith(f"?entry={entry}#e-{entry}")
    assert f'id="e-{entry}" class="sought"' in answer.text
    assert "很早" not in staff.get(deal).text
    strangers = [as_user(login).get(f"{deal}/events/{entry}").status_code for login in ("supplier", "enterprise")]
    assert strangers == [404, 404]
    assert staff.get(f"{deal}/events/nothing").status_code == 404
    assert staff.get(f"{deal}?entry=nothing").status_code == 404


def test_who_reads_a_line_is_changed_on_the_page_with_a_trace(staff: Browser) -> None:
    deal = find_link(staff, "/deals")
    page = staff.send(deal, f"{deal}/notes", {"text": "只给项目组", "kind": "note", "visibility": "staff"}).text
    entry = entry_of(page, "只给项目组")
    fields = {"before": "staff", "visibility": "team"}
    staff.send(deal, f"{deal}/events/{entry}/rights", fields)
    assert "一条动态的可见范围由“学会内部”改为“项目组内”" in staff.get(deal).text
    assert staff.send(deal, f"{deal}/events/{entry}/rights", fields).status_code == 409
    assert staff.send(deal, f"{deal}/events/{entry}/rights", {"visibility": "partner"}).status_code == 422


def test_a_changed_field_is_told_with_what_it_was(staff: Browser) -> None:
    deal = find_link(staff, "/deals")
    staff.send(deal, f"{deal}/edit", {"title": "新的名称", "team_only": "1"})
    page = staff.get(f"{deal}?kind=change").text
    assert "“只有项目组成员可见”由“否”改为“是”" in page
    assert "→ 新的名称" in page


def test_a_program_reads_filters_and_adds_to_the_timeline(
    staff: Browser, as_program: Callable[[str], TestClient]
) -> None:
    api = as_program("staff")
    url = f"/api/v1{find_link(staff, '/deals')}"
    files = {"file": ("a.eml", eml())}
    added = api.post(f"{url}/mails", files=files, data={"visibility": "team"})
    assert added.status_code == 201, added.text
    line = added.json()
    assert (line["mail"]["subject"], line["kind"], line["files"][0]["name"]) == ("样品报价", "mail", "报价.pdf")
    assert api.get(f"{url}/events?kind=mail&q=报价").json()["total"] == 1
    assert api.get(f"{url}/events?kind=call&q=报价").json()["total"] == 0
    assert api.get(f"{url}/events?kind=nothing").status_code == 422
    entry = f"{url}/events/{line['public_id']}"
    assert api.get(entry).json() == line
    changed = api.put(f"{entry}/rights", json={"visibility": "staff", "before": "team"})
    assert changed.json()["visibility"] == "staff"
    assert api.put(f"{entry}/rights", json={"visibility": "demand"}).status_code == 422
    assert api.get(f"{url}/events/nothing").status_code == 404
