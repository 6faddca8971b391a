"""Scheduled work: reminders are kept up to date and fire, the outbox is delivered, sessions end, vectors are completed.

Rules a maintainer must keep: APScheduler only ticks, the truth is in our tables; every item is a transaction of its
own and one that fails is logged and does not stop the others; the clock is read anew for each step.
"""

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from secrets import token_hex
from typing import TYPE_CHECKING, TypeVar

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from core import clock
from core.database import Database
from core.logs import configure_logs
from core.settings import Settings
from jobs.notifiers import notifiers_of
from models.enums import SubjectKind
from models.notice_enums import Channel
from tracking.notifier import Notifier, ReceiverFailed, Undeliverable
from workflow.days import day_of, here
from workflow.deals.visits import deals_without_visits, plan_missing_visits
from workflow.files import FileStore, sweep_folder
from workflow.leadership import holds_until, release_lease, take_lease
from workflow.notifications import (
    claim_message,
    due_digests,
    mark_failed,
    mark_sent,
    message_to_send,
    message_waits,
    receiver_failed,
    withdraw_message,
    write_digest,
)
from workflow.reminders import due_reminders, fire_reminder, subjects_to_sweep, sweep_subject
from workflow.sign_in import purge_sessions

if TYPE_CHECKING:
    from matching.embedding.protocol import Embedder

log = structlog.get_logger()
Item = TypeVar("Item")

LEASE = "worker"
_LEASE_TICKS = 2
"""How many ticks a leader may miss before another takes over."""
_LEASE_MIN = timedelta(seconds=10)
_LOOK_UP = 20
"""After how many items a long step makes sure that it is still to go on."""
_BREATH = 0.01
"""Seconds between two items of a long step: SQLite's lock goes to whoever asks at the right moment, not in turn."""
SWEEP = "sweep"
"""The lease that says until when what time alone changes has been looked at."""


@dataclass(frozen=True, slots=True)
class Worker:
    """What a tick works with.

    `embedder` gives the model whose vectors are completed, `files` is the folder that is swept; None leaves them alone.
    """

    database: Database
    notifiers: Mapping[Channel, Notifier]
    lasting: timedelta = _LEASE_MIN
    embedder: "Callable[[], Embedder] | None" = None
    files: FileStore | None = None
    now: Callable[[], datetime] = clock.now
    stopping: threading.Event = field(default_factory=threading.Event)
    holder: str = field(default_factory=lambda: f"{socket.gethostname()}-{os.getpid()}-{token_hex(4)}"[-80:])

    def tick(self) -> None:
        """What is due now is done and delivered, if this process leads."""
        if self.work():
            self.keep_up()
            self.deliver()

    def work(self) -> bool:
        """Whether this process leads; then what is due now is done, and its messages wait to be delivered."""
        return self._lead({"reminders": self.fire_due, "digests": self.write_digests})

    def keep_up(self) -> bool:
        """Whether this process leads; then what may take long and presses nobody is done."""
        return self._lead({"sweep": self.sweep, "sessions": self.purge, "vectors": self.complete_vectors})

    def take_the_lead(self) -> bool:
        """Whether this process leads for the next while."""
        with self.database.writing() as session:
            return take_lease(session, LEASE, self.holder, now=self.now(), lasting=self.lasting)

    def step_down(self) -> None:
        """Another process may lead at once."""
        with self.database.writing() as session:
            release_lease(session, LEASE, self.holder, now=self.now())

    def sweep(self) -> bool:
        """Once a day every subject has exactly the reminders that it asks for; one that fails stops no other."""
        with self.database.reading() as session:
            until = holds_until(session, SWEEP)
        if until is not None and until > self.now():
            return True
        self._survives("visits", self.plan_visits)
        self._survives("files", self.sweep_files)
        with self.database.reading() as session:
            subjects = subjects_to_sweep(session, now=self.now())
        done = [self._survives("sweep", partial(self._sweep, *one), subject=one[1]) for one in self._led(subjects)]
        if len(done) < len(subjects):
            return False
        with self.database.writing() as session:
            return take_lease(session, SWEEP, SWEEP, now=self.now(), lasting=_until_tomorrow(self.now()))

    def plan_visits(self) -> bool:
        """Deals that were accepted before return visits were planned have theirs."""
        with self.database.reading() as session:
            deals = deals_without_visits(session)
        for deal_id in self._led(deals):
            self._survives("visits", partial(self._plan_visits, deal_id), deal=deal_id)
        return True

    def fire_due(self) -> bool:
        """Every due reminder has fired, each with its messages in one transaction."""
        with self.database.reading() as session:
            due = due_reminders(session, now=self.now())
        for reminder_id in self._led(due):
            self._survives("reminder", partial(self._fire, reminder_id), reminder=reminder_id)
        return True

    def write_digests(self) -> bool:
        """Every digest whose time has come is a message."""
        with self.database.reading() as session:
            due = due_digests(session, now=self.now())
        for person_id, channel in due:
            self._survives("digest", partial(self._gather, person_id, channel), person=person_id)
        return True

    def deliver(self) -> None:
        """Every message that may be tried now was tried once."""
        for channel in self.notifiers:
            self.deliver_safely(channel)

    def deliver_safely(self, channel: Channel) -> bool:
        """The same for one channel, whose failure stops no other."""
        return self._survives("outbox", partial(self.deliver_on, channel))

    def deliver_on(self, channel: Channel) -> bool:
        """Every message of the channel that may be tried now was tried once; for that nobody has to lead."""
        while not self.stopping.is_set():
            with self.database.reading() as session:
                if not message_waits(session, channel, now=self.now()):
                    break
            with self.database.writing() as session:
                message_id = claim_message(session, channel=channel, now=self.now())
            if message_id is None:
                break
            self._survives("message", partial(self._send, message_id, channel), message=message_id)
        return True

    def purge(self) -> bool:
        """Sign-ins that have ended leave no row."""
        with self.database.writing() as session:
            purge_sessions(session, now=self.now())
        return True

    def sweep_files(self) -> bool:
        """What lies in the folder of files and nothing names is gone, a batch in each transaction."""
        gone = 1 if self.files is not None else 0
        while gone and self.files is not None and not self.stopping.is_set():
            with self.database.writing() as session:
                gone = sweep_folder(session, self.files, now=self.now())
        return True

    def complete_vectors(self) -> bool:
        """Every current capability has a vector of the present model."""
        if self.embedder is None:
            return True
        from jobs.reindex import complete_vectors

        complete_vectors(self.database, self.embedder(), now=self.now())
        return True

    def _lead(self, steps: Mapping[str, Callable[[], bool]]) -> bool:
        """Whether this process leads; then each step was done, whatever became of the one before."""
        if not self._survives("lease", self.take_the_lead):
            return False
        for name, step in steps.items():
            self._survives(name, step)
        return True

    def _led(self, items: Sequence[Item]) -> Iterator[Item]:
        """The items one after the other, as long as this process leads; others come to write in between."""
        for place, item in enumerate(items):
            if place % _LOOK_UP == 0 and not self._goes_on():
                return
            yield item
            self.stopping.wait(_BREATH)

    def _goes_on(self) -> bool:
        """Whether this process still leads, after what may have taken long, and is not about to stop."""
        return not self.stopping.is_set() and self._survives("lease", self.take_the_lead)

    def _plan_visits(self, deal_id: int) -> bool:
        with self.database.writing() as session:
            return plan_missing_visits(session, deal_id, now=self.now()) > 0

    def _sweep(self, kind: SubjectKind, key: int) -> bool:
        with self.database.writing() as session:
            return sweep_subject(session, kind, key, now=self.now())

    def _fire(self, reminder_id: int) -> bool:
        with self.database.writing() as session:
            return fire_reminder(session, reminder_id, now=self.now())

    def _gather(self, person_id: int, channel: Channel) -> bool:
        with self.database.writing() as session:
            return write_digest(session, person_id, channel, now=self.now())

    def _send(self, message_id: int, channel: Channel) -> bool:
        try:
            with self.database.reading() as session:
                message = message_to_send(session, message_id, now=self.now())
            if message is not None:
                self.notifiers[channel].send(message)
        except Exception as error:  # a receiver may fail in any way
            self._failed(message_id, channel, error)
            return False
        mark = withdraw_message if message is None else mark_sent
        with self.database.writing() as session:
            mark(session, message_id, now=self.now())
        return message is not None

    def _failed(self, message_id: int, channel: Channel, error: Exception) -> None:
        known = isinstance(error, ReceiverFailed | Undeliverable)
        reason = str(error) if known else f"{type(error).__name__}: {error}"
        with self.database.writing() as session:
            for_good = isinstance(error, Undeliverable)
            mark_failed(session, message_id, reason, now=self.now(), for_good=for_good)
            if isinstance(error, ReceiverFailed):
                receiver_failed(session, channel, now=self.now())
        log.warning("message_not_sent", message=message_id, channel=channel.value, error=reason)

    def _survives(self, what: str, step: Callable[[], bool], **details: int) -> bool:
        """The step's answer; False, and a line in the log, when it failed."""
        try:
            return step()
        except Exception as error:  # the loop must survive one bad item
            log.exception("worker_step_failed", step=what, error=type(error).__name__, **details)
            return False


def _until_tomorrow(now: datetime) -> timedelta:
    """How long the day lasts here."""
    tomorrow = datetime.combine(day_of(now) + timedelta(days=1), time(), here(now).tzinfo)
    return tomorrow - now


def run_worker(settings: Settings, stop: threading.Event) -> None:
    """Scheduled work is done until `stop` is set; what is being done then is brought to its end."""
    configure_logs(settings)
    database = Database(settings.effective_database_url)
    every = settings.worker_tick_seconds
    worker = Worker(
        database,
        notifiers_of(settings, database),
        stopping=stop,
        lasting=max(_LEASE_MIN, timedelta(seconds=every * _LEASE_TICKS)),
        embedder=lambda: _embedder(settings),
        files=FileStore(settings.files_dir, settings.file_max_mib * 2**20),
    )
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick that is skipped because one runs is no news
    scheduler = BackgroundScheduler(timezone="UTC")
    steps: list[Callable[[], object]] = [
        worker.work,
        worker.keep_up,
        *(partial(worker.deliver_safely, name) for name in worker.notifiers),
    ]
    for step in steps:  # each on its own, so that neither a long sweep nor a receiver that hangs delays anything else
        scheduler.add_job(step, "interval", seconds=every, max_instances=1, coalesce=True, next_run_time=clock.now())
    scheduler.start()
    try:
        stop.wait()
    finally:
        scheduler.shutdown(wait=True)
        worker.step_down()
        database.dispose()


def _embedder(settings: Settings) -> "Embedder":
    from workflow.indexing import embedder_of  # numerical libraries: only when there is something to embed

    return embedder_of(settings)
