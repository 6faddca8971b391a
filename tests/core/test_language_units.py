import re
import subprocess
import sys

import pytest

from core.language.units import _ALL_FORMS, UNIT, named_unit, read_unit


@pytest.mark.parametrize("form", sorted(_ALL_FORMS))
def test_every_written_form_names_a_unit_that_pint_knows(form: str) -> None:
    assert named_unit(_ALL_FORMS[form]).canonical
    assert re.fullmatch(UNIT, form) or len(form) == 1


@pytest.mark.parametrize(
    ("written", "canonical", "dimension"),
    [
        ("m3/h", "meter ** 3 / hour", "volume flow"),
        ("立方米/小时", "meter ** 3 / hour", "volume flow"),
        ("吨每小时", "metric_ton / hour", "mass flow"),
        ("tons per day", "metric_ton / day", "mass flow"),
        ("w/m.k", "watt / kelvin / meter", "thermal conductivity"),
        ("W/(m·℃)", "watt / kelvin / meter", "thermal conductivity"),
        ("h-1", "1 / hour", "frequency"),
        ("N/mm²", "newton / millimeter ** 2", "pressure"),
        ("次/分", "item / minute", "count rate"),
        ("%", "percent", "ratio"),
        ("Mbps", "megainfobit / second", "data rate"),
    ],
)
def test_compound_units_are_read(written: str, canonical: str, dimension: str) -> None:
    assert re.fullmatch(UNIT, written)
    assert read_unit(written) == (canonical, dimension)


@pytest.mark.parametrize("word", ["年级", "元件", "条件", "升级", "转化", "天然气", "目标", "mold", "tool"])
def test_a_word_that_begins_like_a_unit_is_none(word: str) -> None:
    assert not re.match(UNIT, word)


def test_an_unknown_unit_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'furlongish'"):
        named_unit("furlongish")
    with pytest.raises(ValueError, match="no unit in '…'"):
        read_unit("…")


def test_importing_the_module_does_not_load_pint() -> None:
    code = "import sys, core.language.quantities; print('pint' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
