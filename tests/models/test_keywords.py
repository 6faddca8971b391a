import pytest
from pydantic import ValidationError

from core.validation import problems_of
from models.capability import CapabilityCreate
from models.columns import KEYWORD_MAX
from models.need import NeedCreate


@pytest.mark.parametrize("form", [NeedCreate, CapabilityCreate])
def test_a_keyword_is_a_word_and_not_a_text(form: type[NeedCreate | CapabilityCreate]) -> None:
    longest = "词" * KEYWORD_MAX

    assert form(title="轴承", keywords=[longest, f" {longest} "]).keywords == [longest] * 2
    with pytest.raises(ValidationError) as caught:
        form(title="轴承", keywords=["短词", longest + "多"])

    (problem,) = problems_of(caught.value.errors())
    assert (problem.code, problem.field, dict(problem.params)) == ("field.too_long", "keywords.1", {"max": KEYWORD_MAX})
