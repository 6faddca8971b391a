import threading
from datetime import datetime, timedelta

from core.database import Database
from workflow.leadership import take_lease

LASTING = timedelta(minutes=1)


def test_of_two_who_start_at_once_one_leads_and_neither_fails(database: Database, now: datetime) -> None:
    """The first has written the lease and not yet committed when the second asks for it."""
    asked = threading.Event()
    answers: list[bool | Exception] = []

    def take_it_too() -> None:
        asked.set()
        try:
            with database.writing() as session:
                answers.append(take_lease(session, "worker", "b", now=now, lasting=LASTING))
        except Exception as error:  # every kind of failure counts here
            answers.append(error)

    other = threading.Thread(target=take_it_too)
    with database.writing() as session:
        assert take_lease(session, "worker", "a", now=now, lasting=LASTING)
        other.start()
        assert asked.wait(timeout=10)
        other.join(timeout=0.3)
        assert answers == []
    other.join(timeout=20)
    assert answers == [False]


def test_of_many_who_start_at_once_exactly_one_leads(database: Database, now: datetime) -> None:
    names = "abcd"
    together = threading.Barrier(len(names))
    answers: list[bool | Exception] = []

    def take_it(name: str) -> None:
        together.wait(timeout=10)
        try:
            with database.writing() as session:
                answers.append(take_lease(session, "worker", name, now=now, lasting=LASTING))
        except Exception as error:  # every kind of failure counts here
            answers.append(error)

    threads = [threading.Thread(target=take_it, args=name) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(answers, key=str) == [False, False, False, True]
