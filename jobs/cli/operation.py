"""Running: `serve`, `worker`, `up`."""

import os

import typer

from jobs.cli.terminal import say, texts

t = texts()

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
"""What numeric libraries read once, when they are loaded."""


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("serve", help=t("cli.serve.help"))(serve)
    app.command("worker", help=t("cli.worker.help"))(worker)
    app.command("up", help=t("cli.up.help"))(up)


def serve(
    host: str = typer.Option("", help=t("cli.serve.host")),
    port: int = typer.Option(0, help=t("cli.serve.port")),
    with_worker: bool = typer.Option(False, "--with-worker", help=t("cli.serve.with_worker")),
) -> None:
    """Serve pages and API until interrupted."""
    _one_thread_a_request()
    from core.settings import get_settings
    from jobs.cli.context import open_database
    from jobs.server import check_demo, run_server

    settings = get_settings()
    with open_database() as database, database.reading() as session:
        check_demo(session, host or settings.host, demo_mode=settings.demo)
    run_server(host or settings.host, port or settings.port, with_worker=with_worker, announce=say)


def worker() -> None:
    """Do scheduled work until interrupted."""
    _one_thread_a_request()
    import signal
    import threading

    from core.settings import get_settings
    from jobs.cli.context import open_database
    from jobs.worker import run_worker

    with open_database():
        pass
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    say("cli.worker.started")
    run_worker(get_settings(), stop)


def up() -> None:
    """Migrate, load the demo once when in demo mode, then serve with the worker beside it."""
    _one_thread_a_request()
    from core.settings import get_settings
    from jobs.cli.context import open_database
    from jobs.cli.setup import load_demo_once
    from jobs.server import check_demo, check_port, run_server
    from models.migrate import upgrade

    settings = get_settings()
    check_port(settings.host, settings.port)
    with open_database(migrated=False) as database:
        upgrade(database)
        if settings.demo:
            load_demo_once(database)
        with database.reading() as session:
            check_demo(session, settings.host, demo_mode=settings.demo)
    run_server(settings.host, settings.port, with_worker=True, announce=say)


def _one_thread_a_request() -> None:
    """Many small products are slower when each is split over all cores, and requests run beside each other anyway."""
    for name in _THREADS:
        os.environ.setdefault(name, "1")
