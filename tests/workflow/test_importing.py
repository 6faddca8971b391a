import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, func, select

from core.database import WriteSession
from core.errors import Invalid, NotFound, Problem, Refused
from core.i18n import ROOT, Language
from models import Capability, CapabilityRevision, CapabilityVector, Change, Need, NeedRevision, Organisation, Supplier
from models.enums import NeedStatus, OrganisationKind, SupplierKind
from tests.workflow.society import DigestEmbedder, Society, found_society
from workflow.importing import ImportKind, ImportReport, import_file
from workflow.importing.columns import COLUMNS
from workflow.installation import found_society as found_installation
from workflow.users import OPERATOR

EMBEDDER = DigestEmbedder()
Import = Callable[..., ImportReport]
NEEDS_CSV = (
    "编号,需求名称,内容,关键词,预算下限(万元),预算上限(元),技术领域,截止日期,需求单位\n"
    'n1,轴承润滑,"温度≥180℃,\n两行","轴承；润滑、脂",50,"1,234,567.89",先进制造,2027年6月30日,示例轴承厂\n'
    "n2,废水脱盐,含盐废水,,面议,,environment,2027/7/1,示例铸造厂\n"
)


@pytest.fixture
def society(session: WriteSession, now: datetime) -> Society:
    found_installation(session, "演示学会", now=now)
    return found_society(session, now)


@pytest.fixture
def bring(session: WriteSession, society: Society, now: datetime) -> Import:
    """Import some content as staff of a branch."""

    def run(kind: str, content: str | bytes, *, name: str = "rows.csv", **options: Any) -> ImportReport:
        data = content.encode() if isinstance(content, str) else content
        given: dict[str, Any] = {"viewer": society.staff, "max_mib": 1, "embedder": EMBEDDER, "now": now} | options
        return import_file(session, given.pop("viewer"), ImportKind(kind), data, name=name, **given)

    return run


def faults(bring: Import, kind: str, content: str | bytes, **options: Any) -> list[tuple[int | None, str, str]]:
    """The faults of a file as (row, column, code)."""
    with pytest.raises(Invalid) as caught:
        bring(kind, content, **options)
    return [(problem.row, problem.field, problem.code) for problem in caught.value.problems]


def lines(*rows: dict[str, Any]) -> str:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


def test_a_chinese_csv_brings_needs_with_money_dates_lists_and_askers(session: WriteSession, bring: Import) -> None:
    report = bring("needs", NEEDS_CSV)

    assert (report.created, report.status, report.organisation) == (2, "submitted", "")
    first, second = session.exec(select(NeedRevision).order_by(col(NeedRevision.id))).all()
    assert first.problem == "温度≥180℃,\n两行"
    assert first.keywords == ["轴承", "润滑", "脂"]
    assert (first.budget_from, first.budget_to) == (50_000_000, 123_456_789)
    assert (first.technical_field, first.deadline) == ("manufacturing", date(2027, 6, 30))
    assert (second.budget_from, second.technical_field) == (None, "environment")
    asked = {need.external_id: session.get_one(Organisation, need.organisation_id).name for need in _needs(session)}
    assert asked == {"n1": "示例轴承厂", "n2": "示例铸造厂"}


def _needs(session: WriteSession) -> list[Need]:
    return list(session.exec(select(Need)))


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("gb18030", "GB18030"), ("gbk", "GB18030")],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_every_accepted_encoding_and_line_end_reads_the_same(
    session: WriteSession, bring: Import, encoding: str, said: str, line_end: str
) -> None:
    report = bring("needs", NEEDS_CSV.replace("\n", line_end).encode(encoding))

    assert (report.created, report.encoding) == (2, said)
    problems = session.exec(select(NeedRevision.problem).order_by(col(NeedRevision.id))).all()
    assert problems[0] == "温度≥180℃,\n两行"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "import.empty"),
        (b"\xef\xbb\xbf \r\n", "import.empty"),
        ("标题\n".encode(), "import.no_rows"),
        (b"PK\x03\x04rest", "import.spreadsheet"),
        (b"title\na\x00b\n", "import.binary"),
        ("标题\na\0b\n".encode("utf-16"), "import.binary"),
        ("标题,内容\n轴承润滑脂,耐高温润滑\n".encode()[:-4] + b"\xff\xfe\n", "import.encoding_at"),
        ("title\nvélocité élevée à Besançon, château\n".encode("latin-1"), "import.encoding_at"),
        ("标题\n轴承\n".encode("utf-16-le"), "import.binary"),
        (b"\xff\xfe\x00", "import.encoding_at"),
        ("x" * (1024 * 1024 + 1), "import.too_large"),
    ],
)
def test_a_file_that_is_no_text_is_refused_for_its_reason(bring: Import, content: str | bytes, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        bring("needs", content)

    assert caught.value.code == code


def test_a_missing_file_a_folder_and_an_unknown_format_are_named(
    session: WriteSession, society: Society, now: datetime, bring: Import, tmp_path: Path
) -> None:
    for path, error in ((tmp_path / "none.csv", NotFound), (tmp_path, Invalid)):
        with pytest.raises(error):
            import_file(session, society.staff, ImportKind.NEEDS, path, now=now, max_mib=1)
    with pytest.raises(Invalid, match=r"import\.unknown_format"):
        bring("needs", NEEDS_CSV, name="rows.xlsx")


def test_every_fault_is_told_with_row_column_and_reason_and_nothing_is_written(
    session: WriteSession, bring: Import
) -> None:
    content = (
        "id,title,需求单位,deadline,period_months,asker,industry,预算下限(元),预算上限(元)\n"
        f"1,{'长' * 201},示例轴承厂,,,,,,\n"
        "2,没有这家,不存在的公司,,,,,,\n"
        "3,,示例轴承厂,2027-02-30,半年,谁,X99,9,1.005\n"
        "3,预算颠倒,示例轴承厂,,121,,,9,8\n"
        "5,好的一行,示例轴承厂,,,,,,\n"
        "6,少了单元格\n"
    )

    found = faults(bring, "needs", content)

    assert found == [
        (2, "title", "field.too_long"),
        (3, "需求单位", "import.unknown_reference"),
        (4, "deadline", "field.not_a_date"),
        (4, "period_months", "field.not_a_number"),
        (4, "asker", "field.not_one_of"),
        (4, "industry", "field.unknown_code"),
        (4, "预算上限(元)", "field.too_precise"),
        (5, "period_months", "field.too_large"),
        (7, "", "import.cells"),
    ]
    assert _needs(session) == []


def test_a_budget_the_wrong_way_round_and_a_missing_title_are_faults_of_their_rows(bring: Import) -> None:
    content = lines(
        {"id": "1", "title": "甲", "budget_from_yuan": 9, "budget_to_yuan": 8},
        {"id": "2", "text": "没有标题"},
        {"id": "3", "title": "  "},
    )

    assert faults(bring, "needs", content, name="n.jsonl") == [
        (1, "budget_from_yuan", "field.budget_order"),
        (2, "标题 / title", "field.required"),
        (3, "title", "field.required"),
    ]


def test_a_comma_that_parts_no_thousands_is_not_taken_out_of_a_sum(session: WriteSession, bring: Import) -> None:
    content = 'id,title,预算下限(元),预算上限(万元)\n1,甲,"1,5","12,34"\n'

    assert faults(bring, "needs", content) == [
        (2, "预算下限(元)", "field.not_a_number"),
        (2, "预算上限(万元)", "field.not_a_number"),
    ]
    assert _needs(session) == []


@pytest.mark.parametrize("kind", [ImportKind.NEEDS, ImportKind.CAPABILITIES])
def test_a_keyword_that_is_a_whole_text_is_a_fault_of_its_row(bring: Import, kind: ImportKind) -> None:
    content = lines({"id": "1", "title": "甲", "supplier": "乙", "keywords": ["短", "长" * 61]})
    if kind is ImportKind.NEEDS:
        content = content.replace('"supplier": "乙", ', "")

    assert faults(bring, kind, content, name="k.jsonl") == [(1, "keywords", "field.too_long")]


def test_at_most_100_faults_are_told_and_all_are_counted(bring: Import) -> None:
    with pytest.raises(Invalid) as caught:
        bring("needs", "id,title,deadline\n" + "".join(f"{n},标题,昨天\n" for n in range(250)))

    assert (len(caught.value.problems), caught.value.params["n"]) == (100, 250)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("id,title,颜色\n1,甲,红\n2,乙,蓝\n", Problem("import.unknown_column", field="颜色", row=1)),
        ("id,内容\n1,甲\n2,乙\n", Problem("field.required", field="标题 / title", row=1)),
        ("id,title,标题\n1,甲,乙\n", Problem("import.column_twice", (("column", "title"),), field="标题", row=1)),
        ("id,id\n1,2\n", Problem("import.column_twice", (("column", "id"),), row=1)),
        ('id,title\n1,"没有结束\n2,乙\n', Problem("import.quote_open", row=2)),
        ('id,title\n1,"甲"乙\n', Problem("import.quote_inside", row=2)),
        ("id,title\n1,甲\n1,乙\n", Problem("import.duplicate", (("first", 2),), field="id", row=3)),
    ],
)
def test_a_faulty_table_is_told_once_by_its_place(bring: Import, content: str, problem: Problem) -> None:
    with pytest.raises(Invalid) as caught:
        bring("needs", content)

    assert caught.value.problems == (problem,)


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ('{"id": 1, "title": "甲"', "", "import.json"),
        ("[1, 2]", "", "import.not_an_object"),
        ('{"id": 1, "id": 2, "title": "甲"}', "", "import.column_twice"),
        ('{"title": "甲", "period_months": NaN}', "", "import.json_value"),
        ('{"title": "甲", "period_months": 1.5}', "period_months", "field.not_a_whole_number"),
        ('{"title": "甲", "period_months": 1e400}', "period_months", "field.not_a_number"),
        ('{"title": "甲", "period_months": true}', "period_months", "field.not_a_number"),
        ('{"title": ["甲"]}', "title", "field.not_text"),
        ('{"title": "甲\\u0000乙"}', "title", "field.not_writable"),
        ('{"title": "\\ud800"}', "title", "field.not_writable"),
        ('{"title": "甲", "keywords": [{}]}', "keywords", "field.not_text"),
        ("[" * 100_000, "", "import.json_value"),
    ],
)
def test_a_faulty_line_of_json_is_told_by_its_line(bring: Import, line: str, column: str, code: str) -> None:
    content = '{"title": "好的"}\n\n' + line

    assert faults(bring, "needs", content, name="n.jsonl") == [(3, column, code)]


@pytest.mark.parametrize("kind", [kind for kind in ImportKind if kind is not ImportKind.DEALS])
def test_the_same_file_again_changes_nothing(session: WriteSession, bring: Import, kind: ImportKind) -> None:
    content = {
        ImportKind.NEEDS: NEEDS_CSV,
        ImportKind.CAPABILITIES: "id,supplier,title,keywords\nc1,s1,润滑脂,甲;乙\nc2,s1,密封圈,\n",
        ImportKind.SUPPLIERS: "name,类型,单位,合作方式,min_budget_wan\n演示教授,专家,示例大学,委托开发;技术转让,30\n",
        ImportKind.ORGANISATIONS: "名称,性质,省份\n示例研究院,科研院所,浙江省\n",
    }[kind]
    tables = (Need, NeedRevision, Capability, CapabilityRevision, CapabilityVector, Change, Supplier, Organisation)

    def state() -> list[int]:
        return [session.exec(select(func.count()).select_from(table)).one() for table in tables]

    first = bring(kind, content)
    before = state()
    second = bring(kind, content)

    assert first.created == second.unchanged == second.rows
    assert state() == before


def test_a_changed_row_is_a_new_revision_and_leaves_what_the_file_does_not_say(
    session: WriteSession, bring: Import
) -> None:
    bring("needs", NEEDS_CSV)

    report = bring("needs", "编号,标题\nn1,改过的标题\nn2,废水脱盐\n")

    assert (report.updated, report.unchanged) == (1, 1)
    changed = session.exec(select(NeedRevision).where(NeedRevision.number == 2)).one()
    assert (changed.title, changed.keywords) == ("改过的标题", ["轴承", "润滑", "脂"])


def test_an_emptied_cell_empties_the_field(session: WriteSession, bring: Import) -> None:
    bring("needs", NEEDS_CSV)

    bring("needs", "编号,标题,关键词,截止日期\nn1,轴承润滑,,\n")

    changed = session.exec(select(NeedRevision).where(NeedRevision.number == 2)).one()
    assert (changed.keywords, changed.deadline, changed.budget_from) == ([], None, 50_000_000)


def test_rows_without_ids_are_known_by_what_they_are(session: WriteSession, bring: Import) -> None:
    bring("needs", "title,text,organisation\n轴承润滑,旧,示例轴承厂\n")

    report = bring("needs", "title,text,organisation\n轴承润滑,新,示例轴承厂\n轴承润滑,别家,示例铸造厂\n")

    assert (report.created, report.updated) == (1, 1)


def test_needs_of_one_title_from_two_enterprises_are_two_needs(session: WriteSession, bring: Import) -> None:
    bring("needs", "序号,标题,内容\n1,轴承润滑,甲厂的秘密\n", organisation="示例轴承厂")

    report = bring("needs", "序号,标题,内容\n1,轴承润滑,乙厂的\n", organisation="示例铸造厂")

    assert (report.created, report.updated) == (1, 0)
    says = session.exec(select(NeedRevision.number, NeedRevision.problem).order_by(col(NeedRevision.id))).all()
    assert says == [(1, "甲厂的秘密"), (1, "乙厂的")]


def test_it_is_one_organisation_however_the_row_or_the_import_names_it(bring: Import, society: Society) -> None:
    bring("needs", "标题,机构\n轴承润滑,示例轴承厂\n")

    by_id = bring("needs", f"标题,机构\n轴承润滑,{society.enterprise.public_id}\n")
    by_import = bring("needs", "标题\n轴承润滑\n", organisation="示例轴承厂")

    assert (by_id.unchanged, by_import.unchanged) == (1, 1)


@pytest.mark.parametrize(
    ("content", "options"),
    [("编号,标题,机构\nn1,别家的,示例铸造厂\n", {}), ("编号,标题\nn1,别家的\n", {"organisation": "示例铸造厂"})],
)
def test_a_need_of_another_organisation_is_not_written_over(
    session: WriteSession, bring: Import, content: str, options: dict[str, str]
) -> None:
    bring("needs", "编号,标题,机构\nn1,轴承润滑,示例轴承厂\n")

    assert faults(bring, "needs", content, **options) == [(2, "编号", "import.another_organisation")]
    assert session.exec(select(NeedRevision.title)).all() == ["轴承润滑"]

    assert bring("needs", content, source="铸造厂", **options).created == 1


def test_a_capability_of_another_supplier_is_not_written_over(session: WriteSession, bring: Import) -> None:
    bring("capabilities", "id,supplier,title\nc1,甲组,润滑脂\n,乙组,密封圈\n")

    content = "id,supplier,title\nc1,乙组,别组的\nc1,没听说过的组,别组的\n"
    assert faults(bring, "capabilities", content) == [
        (2, "id", "import.another_supplier"),
        (3, "id", "import.duplicate"),
        (3, "id", "import.another_supplier"),
    ]
    assert session.exec(select(func.count()).select_from(Supplier)).one() == 2
    assert bring("capabilities", "id,supplier,title\nc1,甲组,润滑脂\n,乙组,密封圈\n").unchanged == 2


def test_a_capability_of_nobody_is_a_fault(bring: Import) -> None:
    assert faults(bring, "capabilities", "id,supplier,title\nc1,,润滑脂\n") == [(2, "supplier", "field.required")]


def test_a_new_need_is_submitted_or_focused_and_nothing_further(session: WriteSession, bring: Import) -> None:
    content = "编号,标题,状态\n1,甲,已对接\n2,乙,closed\n3,丙,focused\n"

    assert faults(bring, "needs", content) == [(2, "状态", "import.status"), (3, "状态", "import.status")]
    with pytest.raises(Invalid, match=r"import\.status"):
        bring("needs", "编号,标题\n1,甲\n", status=NeedStatus.INTRODUCED)
    assert _needs(session) == []


def test_a_known_need_keeps_its_status(session: WriteSession, bring: Import) -> None:
    bring("needs", "编号,标题,状态\n1,甲,focused\n")
    (need,) = _needs(session)
    need.status = NeedStatus.INTRODUCED

    assert bring("needs", "编号,标题,状态\n1,甲,submitted\n").unchanged == 1
    assert bring("needs", "编号,标题,状态\n1,甲,closed\n").unchanged == 1
    assert need.status is NeedStatus.INTRODUCED


def test_an_organisation_without_an_id_is_the_known_one_of_its_name(
    session: WriteSession, bring: Import, society: Society
) -> None:
    society.university.branch_id = society.branch.id
    session.flush()

    report = bring("organisations", "name,kind,city\n示例大学,university,示例市\n")

    assert (report.created, report.updated) == (0, 1)
    assert society.university.city == "示例市"


def test_needs_that_name_nobody_belong_to_the_organisation_of_the_import(
    session: WriteSession, bring: Import, society: Society
) -> None:
    to_society = bring("needs", "id,title\na,甲\n")
    by_name = bring("needs", "id,title\nb,乙\n", organisation="示例轴承厂", status=NeedStatus.FOCUSED)
    by_id = bring("needs", "id,title\nc,丙\n", organisation=society.enterprise.public_id)

    assert [report.organisation for report in (to_society, by_name, by_id)] == ["演示学会", "示例轴承厂", "示例轴承厂"]
    focused = session.exec(select(Need).where(Need.external_id == "b")).one()
    assert focused.status is NeedStatus.FOCUSED
    assert focused.clarity is not None
    with pytest.raises(NotFound):
        bring("needs", "id,title\nd,丁\n", organisation="没有这家")


def test_a_name_that_two_organisations_have_is_not_guessed(
    session: WriteSession, bring: Import, society: Society, now: datetime
) -> None:
    session.add(Organisation(name="示例轴承厂", kind=OrganisationKind.ENTERPRISE, created_at=now))
    session.flush()

    assert (2, "需求单位", "import.ambiguous_reference") in faults(bring, "needs", NEEDS_CSV)


def test_an_unknown_supplier_of_a_capability_becomes_a_team_of_that_name(session: WriteSession, bring: Import) -> None:
    report = bring("capabilities", lines({"id": "c1", "supplier": "3b5f", "title": "料车系统"}), name="c.jsonl")

    supplier = session.exec(select(Supplier)).one()
    assert report.suppliers_created == 1
    assert (supplier.name, supplier.kind, supplier.external_id) == ("3b5f", SupplierKind.TEAM, "3b5f")
    assert session.exec(select(CapabilityRevision.language)).one() is Language.ZH
    assert ("import.suppliers_created", {"n": 1}) in list(report.sentences())


def test_a_capability_finds_its_supplier_by_id_and_by_name(session: WriteSession, bring: Import) -> None:
    bring("suppliers", "id,name,kind\ns1,润滑课题组,team\n")

    report = bring("capabilities", "id,supplier,title\nc1,s1,甲\nc2,润滑课题组,乙\n")

    assert report.suppliers_created == 0
    assert len(session.exec(select(Supplier)).all()) == 1
    assert session.exec(select(func.count()).select_from(CapabilityVector)).one() == 2


def test_what_is_archived_here_is_left_alone(session: WriteSession, bring: Import, now: datetime) -> None:
    bring("needs", NEEDS_CSV)
    for need in _needs(session):
        need.archived_at = now
    session.flush()

    report = bring("needs", "编号,标题\nn1,改过的标题\n")

    assert (report.archived, report.updated) == (1, 0)


def test_staff_do_not_change_what_another_branch_keeps(bring: Import, society: Society) -> None:
    bring("needs", NEEDS_CSV)

    found = faults(bring, "needs", "编号,标题\nn1,别人改的\n", viewer=society.other_staff)

    assert found == [(2, "编号", "import.not_yours")]


@pytest.mark.parametrize("role", ["visitor", "member", "supplier", "auditor", "admin"])
def test_only_the_society_imports(bring: Import, society: Society, role: str) -> None:
    with pytest.raises(Refused):
        bring("needs", NEEDS_CSV, viewer=getattr(society, role))


def test_every_heading_is_documented() -> None:
    page = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")
    rows = {
        f"| {column.field} | {', '.join(column.zh)} | {', '.join(f'`{name}`' for name in column.en)} |"
        for columns in COLUMNS.values()
        for column in columns
    }

    assert [row for row in rows if row not in page] == []


def test_the_reference_needs_and_capabilities_come_in_as_they_are(
    session: WriteSession, society: Society, now: datetime
) -> None:
    from core.settings import get_settings

    folder = get_settings().reference_data
    if folder is None:
        pytest.skip("KEQIAO_REFERENCE_DATA is not set")
    for kind, rows in ((ImportKind.NEEDS, 138), (ImportKind.CAPABILITIES, 4421)):
        file = folder / "needs_achievements" / f"{kind}.jsonl"
        report = import_file(session, OPERATOR, kind, file, now=now, max_mib=64, embedder=EMBEDDER)
        assert report.created == rows
