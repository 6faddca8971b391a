"""The page of learning in a real browser: read, promote, roll back."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.database import Database
from core.i18n import Language
from tests.browser.visitor import Visitor
from tests.workflow.learning_world import candidate

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", Language)
def test_a_lead_reads_promotes_and_rolls_back(
    server: str, tmp_path: Path, visit: Callable[[Language], Visitor], language: Language
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'keqiao.db'}")
    with database.writing() as session:
        won, lost = candidate(0.9), candidate(0.7, won=False)
        won.figures = won.figures | {"current": 0.71, "candidate": 0.76, "low": 0.02, "high": 0.08, "p": 0.0012}
        won.figures |= {"labels": 840, "held_out": 28, "needs": 70, "scaled_on": 420}
        lost.figures = lost.figures | {"current": 0.71, "candidate": 0.71, "low": -0.02, "high": 0.02, "p": 0.41}
        session.add_all([lost, won])
    database.dispose()
    visitor = visit(language)
    visitor.enter("lead")
    visitor.page.goto("/learning")
    visitor.check("learning")
    visitor.press("learning.promote")
    assert visitor.page.get_by_text(visitor.t("done.model_promoted")).is_visible()
    visitor.check("learning-promoted")
    visitor.press("learning.roll_back")
    assert visitor.page.get_by_text(visitor.t("done.model_rolled_back")).is_visible()
