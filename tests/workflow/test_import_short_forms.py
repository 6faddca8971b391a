"""Codes in a file: what people write for a region, an industry or a field, and what they are told may be written."""

import pytest

from core.i18n import ROOT, Language, translator
from core.language.normalise import clean
from core.taxonomy import industries, regions, technical_fields
from models.deal_enums import DealStatus, PartyRole
from models.enums import NeedStatus, ReasonCode
from tracking.templates import SIGNED, all_stages
from workflow.importing.columns import COLUMNS
from workflow.importing.report import ImportKind
from workflow.importing.synonyms import BY_KIND, STAGES
from workflow.importing.values import CellError, choice, code, label, stage


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


@pytest.mark.parametrize(
    ("written", "meant"),
    [("终止", "lost"), ("未成", "lost"), ("Abandoned", "lost"), ("已结题", "won"), ("On hold", "paused")],
)
def test_an_end_is_understood_as_societies_call_it(written: str, meant: str) -> None:
    assert choice(DealStatus)(written) is DealStatus(meant)


@pytest.mark.parametrize(("written", "meant"), [("谈判", "negotiation"), ("签约", "signed"), ("Pilot test", "pilot")])
def test_a_stage_is_understood_as_societies_call_it(written: str, meant: str) -> None:
    assert stage(written) == meant


@pytest.mark.parametrize(
    ("written", "meanings"),
    [("中止", "paused 已暂停, lost 未成"), ("关闭", "won 已成功, lost 未成"), ("Closed", "won 已成功, lost 未成")],
)
def test_a_word_that_may_be_either_is_refused_with_all_it_may_mean(written: str, meanings: str) -> None:
    with pytest.raises(CellError, match="says_too_little") as caught:
        choice(DealStatus)(written)
    assert caught.value.params == {"value": written, "meanings": meanings}


def test_a_word_that_is_none_is_refused_with_the_nearest() -> None:
    with pytest.raises(CellError, match="nearly_one_of") as caught:
        stage("exchnage")
    assert str(caught.value.params["nearest"]).startswith("exchange")
    with pytest.raises(CellError, match="not_one_of"):
        choice(DealStatus)("xyz")


def test_a_word_stands_for_one_thing_and_is_documented() -> None:
    names = {
        kind: {member: {member.value, *(label(member, spoken) for spoken in Language)} for member in kind}
        for kind in BY_KIND
    }
    page = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")
    for kind, table in BY_KIND.items():
        words = [clean(word) for said in table.values() for word in said]
        taken = {clean(name) for called in names[kind].values() for name in called}
        assert (len(words), set(words) & taken) == (len(set(words)), set())
        assert all(f"`{member.value}` {label(member)} | {', '.join(said)} |" in page for member, said in table.items())
    words = [clean(word) for said in STAGES.values() for word in said]
    codes = (*all_stages(), SIGNED)
    assert set(STAGES) == set(codes)
    called = {clean(name) for code in codes for name in (code, *(translator(s)(f"stage.{code}") for s in Language))}
    assert (len(words), set(words) & called) == (len(set(words)), set())
    assert all(f"`{code}`" in page and f"| {', '.join(said)} |" in page for code, said in STAGES.items())
    assert {DealStatus, ReasonCode, PartyRole} == set(BY_KIND)
