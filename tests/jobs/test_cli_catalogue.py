"""Files in and out at the command line: what goes in, what is said of a faulty file, and that all comes back."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import func, select

from core.clock import now
from core.database import Database
from core.i18n import Language
from models import Need, NeedRevision
from models.enums import NeedStatus
from tests.jobs.command_line import run, start
from workflow.exporting import ExportKind, FileFormat, export_list
from workflow.importing import ImportKind, import_file
from workflow.installation import found_society
from workflow.users import OPERATOR

NEEDS = (
    "序号,需求名称,内容,关键词,预算上限(元)\n"
    '1,轴承润滑脂耐高温,"温度≥180℃,\n寿命不少于五千小时",轴承；润滑,"1,200,000"\n'
    "2,铸造废水脱盐,含盐废水的处理和回用,废水,面议\n"
)


class Place:
    """An installation in a folder of its own, with a society and nothing else."""

    def __init__(self, folder: Path, template: Path) -> None:
        folder.mkdir()
        self.environment = {"KEQIAO_DATA_DIR": str(folder)}
        shutil.copy(template, folder / "keqiao.db")
        self.database = Database(f"sqlite:///{folder / 'keqiao.db'}")
        with self.database.writing() as session:
            found_society(session, "示例学会", now=now())

    def report(self, *arguments: str) -> dict[str, Any]:
        """What a command that succeeds reports."""
        done = run(*arguments, "--json", **self.environment)
        assert done.returncode == 0, done.stderr
        report: dict[str, Any] = json.loads(done.stdout)
        return report

    def needs(self) -> int:
        """How many revisions of needs there are."""
        with self.database.reading() as session:
            return session.exec(select(func.count()).select_from(NeedRevision)).one()


@pytest.fixture
def place(tmp_path: Path, sqlite_template: Path) -> Iterator[Place]:
    place = Place(tmp_path / "here", sqlite_template)
    yield place
    place.database.dispose()


@pytest.fixture
def elsewhere(tmp_path: Path, sqlite_template: Path) -> Iterator[Place]:
    place = Place(tmp_path / "elsewhere", sqlite_template)
    yield place
    place.database.dispose()


def test_a_gb18030_file_goes_in_and_again_changes_nothing(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "needs.csv"
    file.write_bytes(NEEDS.encode("gb18030"))

    first = place.report("import", "needs", str(file))
    second = place.report("import", "needs", str(file), "--organisation", "示例学会")
    other = place.report("import", "needs", str(file), "--source", "另一份", "--status", "submitted")

    assert (first["created"], first["encoding"], first["organisation"]) == (2, "GB18030", "示例学会")
    assert (second["created"], second["unchanged"]) == (0, 2)
    assert (other["created"], other["status"], place.needs()) == (2, "submitted", 4)
    with place.database.reading() as session:
        assert session.exec(select(NeedRevision.problem)).first() == "温度≥180℃,\n寿命不少于五千小时"
        assert session.exec(select(Need.status)).first() is NeedStatus.FOCUSED


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            Language.ZH,
            [
                "bad.csv 中有 3 处问题，没有导入任何内容：",
                "第 2 行 · “预算上限(元)”列 · 请填写数字。",
                "第 4 行 · “截止日期”列 · 请填写有效日期，例如 2026-03-02。",
                "第 5 行 · 有 2 个单元格，表头有 3 列。",
            ],
        ),
        (
            Language.EN,
            [
                "bad.csv has 3 faults, so nothing was imported:",
                "row 2 · column 预算上限(元) · Give a number.",
                "row 4 · column 截止日期 · Give a date such as 2026-03-02.",
                "row 5 · 2 cells under 3 headings.",
            ],
        ),
    ],
)
def test_a_malformed_file_is_told_by_row_column_and_reason_and_nothing_goes_in(
    place: Place, tmp_path: Path, language: Language, said: list[str]
) -> None:
    file = tmp_path / "bad.csv"
    file.write_text('标题,预算上限(元),截止日期\n甲,"1,5",\n乙,,\n丙,,昨天\n丁,\n', encoding="utf-8")

    done = start("import", "needs", str(file), KEQIAO_LANGUAGE=language.value, **place.environment)

    assert (done.returncode, done.stdout) == (1, "")
    assert [line.strip() for line in done.stderr.splitlines() if line.strip()] == said
    assert place.needs() == 0


def test_what_is_exported_goes_into_another_installation_and_comes_out_the_same(
    place: Place, elsewhere: Place, tmp_path: Path
) -> None:
    given: dict[str, Any] = {"now": now(), "max_mib": 1}
    with place.database.writing() as session:
        import_file(session, OPERATOR, ImportKind.NEEDS, NEEDS.encode(), name="needs.csv", **given)
        askers, _ = export_list(session, OPERATOR, ExportKind.ORGANISATIONS, FileFormat.JSONL, now=now())
    with elsewhere.database.writing() as session:
        import_file(session, OPERATOR, ImportKind.ORGANISATIONS, askers, name="askers.jsonl", **given)
    needs, back = tmp_path / "needs.jsonl", tmp_path / "back.jsonl"

    taken_out = place.report("export", "needs", str(needs))
    brought_in = elsewhere.report("import", "needs", str(needs))
    elsewhere.report("export", "needs", str(back))

    assert (taken_out["rows"], brought_in["created"]) == (2, 2)
    assert back.read_bytes() == needs.read_bytes()
