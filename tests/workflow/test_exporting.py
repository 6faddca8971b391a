import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import func, select

from core.database import Database, WriteSession
from core.errors import Invalid, Refused
from core.i18n import Language
from models import (
    Capability,
    CapabilityCreate,
    CapabilityRevision,
    Membership,
    Need,
    NeedCreate,
    NeedRevision,
    Organisation,
    OrganisationCreate,
    Person,
    Supplier,
    SupplierCreate,
)
from models.access import viewer_of
from models.deal_forms import DealCreate
from models.enums import (
    AskerKind,
    CooperationMode,
    IprStance,
    IprState,
    Maturity,
    NeedStatus,
    OrganisationKind,
    Role,
    SupplierKind,
)
from tests.workflow.society import DigestEmbedder, Society, found_society
from workflow.capabilities import add_capability
from workflow.deals.opening import start_deal
from workflow.exporting import ExportKind, FileFormat, export_file, export_list
from workflow.formula_guard import guard, unguard
from workflow.importing import ImportKind, import_file
from workflow.needs import archive_need, submit_need
from workflow.organisations import add_organisation
from workflow.suppliers import add_supplier
from workflow.triage import triage_need
from workflow.users import OPERATOR

EMBEDDER = DigestEmbedder()
KINDS = [kind for kind in ExportKind if kind is not ExportKind.DEALS]


def fill(session: WriteSession, now: datetime) -> None:
    """One of everything, every field filled, with texts that spreadsheets and parsers trip over."""
    organisation = add_organisation(
        session,
        OPERATOR,
        OrganisationCreate(
            name='示例“研究院”, 一部"',
            name_en="Example, Inc.",
            kind=OrganisationKind.INSTITUTE,
            region="330000",
            city="=示例市",
            industry="C34",
            intro="第一行\n第二行",
        ),
        now=now,
    )
    supplier = add_supplier(
        session,
        OPERATOR,
        SupplierCreate(
            name="+课题组",
            kind=SupplierKind.TEAM,
            organisation=organisation.public_id,
            intro="@介绍",
            cooperation_modes=[CooperationMode.LICENCE, CooperationMode.SERVICE],
            min_budget=123_45,
            regions=["330000", "310000"],
            load_limit=3,
            ipr_stances=[IprStance.JOINT, IprStance.LICENCE],
            technical_fields=["materials", "manufacturing"],
        ),
        now=now,
    )
    capability = CapabilityCreate(
        title="'=润滑脂",
        language=Language.EN,
        summary="- 一\n- 二",
        advantage="优于现有",
        economics="=HYPERLINK(0)",
        maturity=Maturity.PILOT_TEST,
        trl=7,
        ipr=IprState.GRANTED,
        keywords=["润滑", "grease"],
        technical_field="materials",
        industries=["C34"],
        disciplines=["E05"],
        cooperation_modes=[CooperationMode.TRANSFER],
        disclosure=1,  # type: ignore[arg-type]  # pydantic makes it a level
    )
    add_capability(session, OPERATOR, supplier.public_id, capability, now=now, embedder=EMBEDDER)
    need = NeedCreate(
        title="轴承, 润滑",
        public_title="公开",
        problem="a\tb",
        indicators="≥180℃",
        goal="替代",
        keywords=["轴承"],
        budget_from=100,
        budget_to=1_000_001,
        period_months=12,
        deadline=date(2027, 1, 2),
        preferred_partner="某大学",
        asker=AskerKind.SMALL_FIRM,
        technical_field="manufacturing",
        industry="C34",
        regions=["330000", "310000"],
        least_trl=4,
        wanted_trl=7,
        ipr_stances=[IprStance.ASKER_OWNS, IprStance.EXCLUSIVE_LICENCE],
        modes=[CooperationMode.COMMISSIONED, CooperationMode.LICENCE],
        excluded_names=["=示例公司", "某教授"],
        excluded_terms=["含铅添加剂"],
        disclosure=2,  # type: ignore[arg-type]  # pydantic makes it a level
    )
    submitted = submit_need(session, OPERATOR, need, organisation=organisation.public_id, now=now)
    triage_need(session, OPERATOR, submitted.public_id, now=now)


@pytest.mark.parametrize("file_format", FileFormat)
@pytest.mark.parametrize("language", Language)
def test_what_is_exported_comes_back_unchanged(
    session: WriteSession, now: datetime, file_format: FileFormat, language: Language
) -> None:
    fill(session, now)
    tables = (Organisation, Supplier, CapabilityRevision, NeedRevision, Need)
    before = [session.exec(select(func.count()).select_from(table)).one() for table in tables]

    for kind in KINDS:
        content, count = export_list(session, OPERATOR, kind, file_format, now=now, language=language)
        report = import_file(
            session, OPERATOR, ImportKind(kind), content, name=f"x.{file_format}", now=now, max_mib=1, embedder=EMBEDDER
        )
        assert (report.rows, report.unchanged) == (count, count), kind

    assert [session.exec(select(func.count()).select_from(table)).one() for table in tables] == before


@pytest.mark.parametrize("file_format", FileFormat)
def test_another_installation_takes_it_in_and_gives_the_same_out(
    database: Database, session: WriteSession, now: datetime, file_format: FileFormat
) -> None:
    fill(session, now)
    exported = {kind: export_list(session, OPERATOR, kind, file_format, now=now)[0] for kind in KINDS}

    with database.writing() as elsewhere:
        for kind, content in exported.items():
            import_file(
                elsewhere,
                OPERATOR,
                ImportKind(kind),
                content,
                name=f"x.{file_format}",
                now=now,
                max_mib=1,
                embedder=EMBEDDER,
            )
        back = {kind: export_list(elsewhere, OPERATOR, kind, file_format, now=now)[0] for kind in KINDS}

    assert back == exported


def test_a_csv_opens_in_a_spreadsheet_and_runs_nothing(session: WriteSession, now: datetime) -> None:
    fill(session, now)

    content, _ = export_list(session, OPERATOR, ExportKind.CAPABILITIES, FileFormat.CSV, now=now)

    assert content.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert row["经济性"] == "'=HYPERLINK(0)"
    assert row["成熟度"] == "通过中试"
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in row.values())


def test_only_current_rows_that_the_viewer_sees_in_full_are_exported(session: WriteSession, now: datetime) -> None:
    society: Society = found_society(session, now)
    place = society.enterprise.public_id
    own = submit_need(session, society.staff, NeedCreate(title="自己分会的"), organisation=place, now=now)
    gone = submit_need(session, society.staff, NeedCreate(title="归档的"), organisation=place, now=now)
    archive_need(session, society.staff, gone.public_id, now=now)
    submit_need(session, society.other_staff, NeedCreate(title="别的分会的"), organisation=place, now=now)

    content, count = export_list(session, society.staff, ExportKind.NEEDS, FileFormat.JSONL, now=now)

    assert count == 1
    record = json.loads(content)
    assert (record["id"], record["source"], record["title"]) == (own.public_id, "keqiao", "自己分会的")
    for role in ("visitor", "member", "supplier", "auditor", "admin"):
        with pytest.raises(Refused):
            export_list(session, getattr(society, role), ExportKind.NEEDS, FileFormat.JSONL, now=now)


def test_a_file_is_put_in_place_whole_and_its_name_tells_the_format(
    session: WriteSession, now: datetime, tmp_path: Path
) -> None:
    fill(session, now)

    assert export_file(session, OPERATOR, ExportKind.NEEDS, tmp_path / "needs.csv", now=now) == 1
    assert export_file(session, OPERATOR, ExportKind.DEALS, tmp_path / "deals.jsonl", now=now) == 0
    with pytest.raises(Invalid):
        export_file(session, OPERATOR, ExportKind.NEEDS, tmp_path / "needs.xlsx", now=now)

    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["deals.jsonl", "needs.csv"]


def test_a_need_that_went_further_here_is_a_focused_one_elsewhere(
    database: Database, session: WriteSession, now: datetime
) -> None:
    fill(session, now)
    session.exec(select(Need)).one().status = NeedStatus.INTRODUCED
    organisations, _ = export_list(session, OPERATOR, ExportKind.ORGANISATIONS, FileFormat.JSONL, now=now)
    content, _ = export_list(session, OPERATOR, ExportKind.NEEDS, FileFormat.JSONL, now=now)
    table, _ = export_list(session, OPERATOR, ExportKind.NEEDS, FileFormat.CSV, now=now)

    with database.writing() as elsewhere:
        for kind, rows in ((ImportKind.ORGANISATIONS, organisations), (ImportKind.NEEDS, content)):
            import_file(elsewhere, OPERATOR, kind, rows, name="x.jsonl", now=now, max_mib=1)
        assert elsewhere.exec(select(Need.status)).one() is NeedStatus.FOCUSED
    assert "已对接" in table.decode()


@pytest.mark.parametrize(("language", "heading"), [(Language.ZH, "开始日期"), (Language.EN, "opened_on")])
def test_deals_tell_the_day_it_was_where_the_society_is(
    session: WriteSession, now: datetime, language: Language, heading: str
) -> None:
    after_midnight = datetime(2026, 3, 2, 17, tzinfo=UTC)
    person = Person(name="专员", created_at=now)
    session.add(person)
    session.flush()
    session.add(Membership(person_id=person.key, role=Role.LEAD, valid_from=now))
    session.flush()
    lead = viewer_of(session, person.key, now)
    start_deal(session, lead, DealCreate(title="润滑"), now=after_midnight)

    content, _ = export_list(session, lead, ExportKind.DEALS, FileFormat.CSV, now=now, language=language)

    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert row[heading] == "2026-03-03"


def test_what_is_confirmed_after_midnight_is_confirmed_on_the_new_day(session: WriteSession) -> None:
    fill(session, datetime(2026, 3, 2, 17, tzinfo=UTC))

    assert session.exec(select(Supplier)).one().confirmed_on == date(2026, 3, 3)
    assert session.exec(select(Capability)).one().confirmed_on == date(2026, 3, 3)


@given(st.text(alphabet=st.sampled_from("'=+-@＝\t\n a轴"), max_size=6))
def test_a_guarded_cell_is_no_formula_and_comes_back(cell: str) -> None:
    guarded = guard(cell)

    assert guarded[:1] not in set("=+-@\t＝")
    assert unguard(guarded) == cell
