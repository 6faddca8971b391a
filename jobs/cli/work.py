"""What waits to be done: `work`."""

from typing import TYPE_CHECKING

import typer

from jobs.cli.terminal import print_json, print_table, say, texts

if TYPE_CHECKING:
    from workflow.deals.queue import QueueLine

t = texts()
COLUMNS = ("id", "part", "days", "deal", "step", "due", "owner", "action")


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("work", help=t("cli.work.help"))(work)


def work(
    person: str = typer.Argument("", help=t("cli.work.person"), show_default=False),
    as_json: bool = typer.Option(False, "--json", help=t("cli.json")),
) -> None:
    """The work queue of a person, or of everybody."""
    from core.clock import now
    from core.wording import days_text
    from jobs.cli.context import open_database
    from workflow.deals import read_queue
    from workflow.users import OPERATOR

    with open_database() as database, database.reading() as session:
        queue = read_queue(session, OPERATOR, now=now(), person=person)
    if as_json:
        print_json(queue.model_dump(mode="json"))
        return
    rows = [
        (
            line.deal.public_id,
            t(f"work.{part}"),
            days_text(t, f"work.{part}", line.days),
            line.deal.title,
            line.deal.next_step,
            str(line.deal.next_step_due or ""),
            line.deal.owner_name,
            _best(line),
        )
        for part in type(queue).model_fields
        for line in getattr(queue, part)
    ]
    if rows:
        print_table([f"cli.work.{name}" for name in COLUMNS], rows)
    else:
        say("work.nothing")


def _best(line: "QueueLine") -> str:
    """What is best done next, and why, as the page says it."""
    from workflow.action_words import because_text

    if not line.actions:
        return ""
    first = line.actions[0]
    return t("cli.work.best", action=t(f"enum.NextAction.{first.action}"), because=because_text(t, first))
