"""The menu leads staff to their work and to all reports, and stands in one row."""

from collections.abc import Callable

import pytest

from api.web.navigation import MENU
from tests.api.page_reader import Browser


@pytest.mark.parametrize("place", ["/", "/needs", "/reports/actions"])
def test_staff_reach_their_work_and_the_reports_from_everywhere(as_user: Callable[[str], Browser], place: str) -> None:
    page = as_user("staff").get(place).text
    menu = page[page.index('class="site-menu"') : page.index("</nav>")]
    assert 'href="/work"' in menu
    assert menu.count('href="/reports') == 1
    assert 'href="/work"' not in as_user("supplier").get("/").text


def test_each_report_links_to_the_others_and_belongs_to_one_entry_of_the_menu(
    as_user: Callable[[str], Browser],
) -> None:
    staff, paths = as_user("staff"), ("/reports/funnel", "/reports/outcomes", "/reports/actions")
    for path in paths:
        page = staff.get(path).text
        assert all(f'<a href="{other}"' in page for other in paths)
        assert [entry.key for entry in MENU if entry.is_current(path)] == ["menu.reports"]
    assert [entry.key for entry in MENU if entry.is_current("/reminders")] == ["menu.work"]
    assert 'href="/reminders"' in staff.get("/").text
