"""kill -9 of worker processes while they send: the benchmark `reminders`, small."""

from argparse import Namespace

import pytest

from benchmarks.reminders import after_a_month, people_of_the_society, under_kills
from core.database import Database


@pytest.mark.slow
def test_kills_lose_no_reminder_and_a_month_off_ends_in_one_digest_each(database: Database, database_url: str) -> None:
    people = people_of_the_society(database, 3)
    options = Namespace(reminders=24, kills=2, seed=1)
    figures = [
        *under_kills(database, database_url, people, options),
        *after_a_month(database, database_url, people, options),
    ]
    timed = "latest after it was due"  # how fast this machine is, the benchmark tells
    assert [figure for figure in figures if not figure.holds and figure.figure != timed] == []
