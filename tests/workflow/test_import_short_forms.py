"""Codes in a file: what people write for a region, an industry or a field, and what they are told may be written."""

import pytest

from core.taxonomy import industries, regions, technical_fields
from models.enums import NeedStatus
from workflow.importing.columns import COLUMNS
from workflow.importing.report import ImportKind
from workflow.importing.values import CellError, code


@pytest.mark.parametrize(
    ("written", "meant"), [("浙江", "330000"), ("北京", "110000"), ("广西", "450000"), ("浙江省", "330000")]
)
def test_a_region_may_be_written_short(written: str, meant: str) -> None:
    assert code(regions)(written) == meant


@pytest.mark.parametrize(("written", "name"), [("纺织", "纺织业"), ("采矿", "采矿业"), ("汽车", "汽车制造业")])
def test_an_industry_may_be_written_short(written: str, name: str) -> None:
    assert industries().get(code(industries)(written)).zh == name


def test_a_technical_field_may_be_written_short() -> None:
    assert code(technical_fields)("新材料") == "materials"


@pytest.mark.parametrize("written", ["制", "化学", "铁路", "月球"])
def test_what_could_be_several_industries_or_none_is_refused(written: str) -> None:
    with pytest.raises(CellError) as caught:
        code(industries)(written)
    assert caught.value.code == "field.unknown_code"


def test_a_fault_of_a_region_or_field_lists_what_is_allowed() -> None:
    for taxonomy, allowed in ((regions, "330000 浙江省"), (technical_fields, "materials 新材料及其应用")):
        with pytest.raises(CellError) as caught:
            code(taxonomy)("月球")
        assert caught.value.code == "field.not_in_list"
        assert allowed in str(caught.value.params["choices"])


def test_a_fault_of_a_status_lists_only_what_a_new_need_may_have() -> None:
    status = next(column for column in COLUMNS[ImportKind.NEEDS] if column.field == "status")
    with pytest.raises(CellError) as caught:
        status.convert("随便")
    told = str(caught.value.params["choices"])
    assert [member for member in NeedStatus if member.value in told] == [NeedStatus.SUBMITTED, NeedStatus.FOCUSED]
    assert status.convert("matched") is NeedStatus.MATCHED
