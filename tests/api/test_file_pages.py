"""Files over HTTP: uploaded with and without a page, taken with the headers that keep them harmless, logged."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import select

from api.downloads import content_disposition
from core import clock
from core.database import Database
from models.deal import Deal
from models.history import AuditEntry
from tests.api.page_reader import Browser, find_link
from tests.api.page_world import add_catalogue, add_deals
from tests.workflow.file_samples import PDF, TEXT


@pytest.fixture
def full(app: FastAPI, database: Database) -> FastAPI:
    with database.writing() as session:
        add_catalogue(session, clock.now())
        add_deals(session, clock.now())
    return app


@pytest.fixture
def staff(full: FastAPI, as_user: Callable[[str], Browser]) -> Browser:
    return as_user("staff")


def upload(browser: Browser, page: str, name: str, content: bytes, **fields: str) -> Response:
    return browser.send(page, f"{page}/files", fields, files={"file": (name, content, "application/octet-stream")})


def test_what_is_archived_offers_no_form_for_files_until_it_is_restored(staff: Browser) -> None:
    for page in (find_link(staff, "/deals"), find_link(staff, "/needs"), find_link(staff, "/capabilities")):
        file = find_link(staff, upload(staff, page, "甲.pdf", PDF).url.path, under="/files")
        assert f'action="{page}/files"' in staff.get(f"{page}/files").text
        assert f'action="{file}/versions"' in staff.get(file).text
        staff.send(page, f"{page}/archive")
        assert f'action="{page}/files"' not in staff.get(f"{page}/files").text
        assert f'action="{file}/versions"' not in staff.get(file).text


def test_a_file_is_uploaded_on_a_page_and_saved_from_it(staff: Browser, database: Database) -> None:
    deal = find_link(staff, "/deals")
    shown = upload(staff, deal, "保密协议.pdf", PDF, visibility="staff").text
    assert "保密协议.pdf" in shown
    file = find_link(staff, deal, "/files")
    answer = staff.get(f"{file}/content/1")
    assert answer.content == PDF
    assert staff.get(f"{file}/content/{2**63}").status_code == 422
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    assert "last-modified" not in answer.headers
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"____.pdf\"; filename*=UTF-8''%E4%BF%9D%E5%AF%86%E5%8D%8F%E8%AE%AE.pdf"
    )
    assert "staff" in staff.get(file).text.split('id="downloads"')[1]
    with database.reading() as session:
        actions = session.exec(select(AuditEntry.action, AuditEntry.subject)).all()
    assert ("file.download", f"{file.split('/')[-1]} 1") in [tuple(row) for row in actions]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.exe", b"MZ", "不接收扩展名为“exe”的文件"),
        ("a.pdf", b"MZ", "文件内容不是有效的 pdf 格式"),
        ("a.txt", b"", "文件是空的"),
    ],
)
def test_a_refused_file_says_why_on_the_form_and_leaves_nothing(
    staff: Browser, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    deal = find_link(staff, "/deals")
    answer = upload(staff, deal, name, content, visibility="team")
    assert answer.status_code == 422
    assert said in answer.text
    assert '<option value="team" selected>' in answer.text
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


def test_a_form_without_a_file_says_so(staff: Browser) -> None:
    deal = find_link(staff, "/deals")
    answer = staff.send(deal, f"{deal}/files", {"visibility": "staff"})
    assert answer.status_code == 422
    assert 'id="file-file-problem"' in answer.text


def test_a_file_larger_than_taken_is_refused(staff: Browser) -> None:
    deal = find_link(staff, "/deals")
    staff.client.app.state.settings.file_max_mib = 1  # type: ignore[attr-defined]  # the application under test
    answer = upload(staff, deal, "a.txt", b"x" * (2**20 + 1), visibility="staff")
    assert answer.status_code == 422
    assert "文件超过 1 MiB" in answer.text


def test_files_of_needs_and_capabilities_have_their_level_and_their_pages(
    staff: Browser, full: FastAPI, database: Database
) -> None:
    need = find_link(staff, "/needs")
    assert "图纸.txt" in upload(staff, need, "图纸.txt", TEXT, disclosure="3").text
    capability = find_link(staff, "/capabilities")
    assert "说明.txt" in upload(staff, capability, "说明.txt", TEXT, disclosure="1").text
    visitor = Browser(full)
    file = find_link(visitor, capability, "/files")
    assert visitor.get(f"{file}/content/1").content == TEXT
    assert "访客" in staff.get(file).text
    hidden = find_link(staff, need, "/files")
    assert [visitor.get(path).status_code for path in (hidden, f"{hidden}/content/1")] == [404, 404]


def test_a_program_does_with_files_what_pages_do(
    staff: Browser, as_user: Callable[[str], Browser], as_program: Callable[[str], TestClient]
) -> None:
    api = as_program("staff")
    deal = find_link(staff, "/deals").split("/")[-1]
    files = {"file": ("a.txt", TEXT)}
    added = api.post(f"/api/v1/deals/{deal}/files", files=files, data={"visibility": "team"})
    assert added.status_code == 201, added.text
    file = f"/api/v1/files/{added.json()['public_id']}"
    assert api.post(f"{file}/versions", files={"file": ("b.txt", b"2")}).status_code == 201
    found = api.get(file).json()
    assert ([version["number"] for version in found["versions"]], found["renamed_from"]) == ([2, 1], "a.txt")
    assert api.get(f"{file}/content").content == b"2"
    assert api.get(f"{file}/content?number=1").content == TEXT
    changed = api.put(f"{file}/rights", json={"visibility": "staff"})
    assert changed.json()["visibility"] == "staff"
    assert len(api.get(f"{file}/downloads").json()) == 2
    refused = api.put(f"{file}/rights", json={"disclosure": 0})
    assert refused.status_code == 422
    need = find_link(staff, "/needs").split("/")[-1]
    level = api.post(f"/api/v1/needs/{need}/files", files=files, data={"disclosure": "2"})
    assert level.json()["disclosure"] == 2
    assert api.post(f"/api/v1/needs/{need}/files").status_code == 422
    assert api.post(f"{file}/withdraw").json()["withdrawn"] is True
    assert api.delete(file).json()["erased"] is True
    assert api.get(f"{file}/content").status_code == 404
    assert as_user("supplier").get(file).status_code == 404


def test_withdrawing_erasing_and_newer_versions_work_without_scripts(staff: Browser, database: Database) -> None:
    deal = find_link(staff, "/deals")
    upload(staff, deal, "a.txt", TEXT, visibility="staff")
    file = find_link(staff, deal, "/files")
    answer = staff.send(file, f"{file}/versions", files={"file": ("b.txt", b"2")})
    assert "第 2 版的名称与上一版“a.txt”不同" in answer.text
    assert "文件类型也不同" not in answer.text
    assert "文件类型也不同" in staff.send(file, f"{file}/versions", files={"file": ("b.md", b"2")}).text
    assert staff.send(file, f"{file}/versions", files={"file": ("b.exe", b"2")}).status_code == 422
    assert "项目组内" in staff.send(file, f"{file}/rights", {"visibility": "team"}).text
    assert "已撤回" in staff.send(file, f"{file}/withdraw").text
    assert "（已删除的文件）" in staff.send(file, f"{file}/erase").text
    with database.reading() as session:
        assert session.exec(select(Deal)).first() is not None


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("plain.pdf", "attachment; filename=\"plain.pdf\"; filename*=UTF-8''plain.pdf"),
        ('a"b\\c.txt', "attachment; filename=\"a_b_c.txt\"; filename*=UTF-8''a%22b%5Cc.txt"),
    ],
)
def test_a_name_is_sent_so_that_no_part_of_it_is_taken_for_more(name: str, header: str) -> None:
    assert content_disposition(name) == header
