"""`keqiao channels list|set|remove|dead|retry`."""

import typer

from jobs.cli.group import KeqiaoGroup
from jobs.cli.terminal import print_table, say, texts

t = texts()
app = typer.Typer(cls=KeqiaoGroup, help=t("cli.channels.help"), no_args_is_help=True)
_CHANNEL = typer.Argument(..., help=t("cli.channels.channel") + ": wecom, dingtalk, feishu")


@app.command("list", help=t("cli.channels.list.help"))
def list_() -> None:
    """Every channel; addresses are masked."""
    from jobs.cli.context import open_database
    from workflow.notifications.channels import list_channels
    from workflow.users import OPERATOR

    with open_database() as database, database.reading() as session:
        found = list_channels(session, OPERATOR)
    rows = [
        (
            t(f"enum.Channel.{one.channel}"),
            t("channel.open" if one.is_open else "channel.closed"),
            one.address,
            one.rests_until.isoformat(timespec="seconds") if one.rests_until else "",
        )
        for one in found
    ]
    print_table([f"cli.channels.column.{name}" for name in ("channel", "state", "address", "rests_until")], rows)


@app.command("set", help=t("cli.channels.set.help"))
def set_(
    channel: str = _CHANNEL,
    address: str = typer.Option(
        ...,
        prompt=t("channel.address"),
        hide_input=True,
        envvar="KEQIAO_CHANNEL_ADDRESS",
        help=t("cli.channels.address_help"),
    ),
) -> None:
    """The channel leads to this address."""
    from core.clock import now
    from jobs.cli.context import audit, choice, open_database
    from models.notice_enums import Channel
    from workflow.notifications.channels import set_channel
    from workflow.users import OPERATOR

    wanted, at = choice(Channel, channel), now()
    with open_database() as database, database.writing() as session:
        set_channel(session, OPERATOR, wanted, address, now=at)
        audit(session, "channel.set", wanted.value, at)
    say("done.channel_set")


@app.command("remove", help=t("cli.channels.remove.help"))
def remove(channel: str = _CHANNEL) -> None:
    """The channel leads nowhere."""
    from core.clock import now
    from jobs.cli.context import audit, choice, open_database
    from models.notice_enums import Channel
    from workflow.notifications.channels import remove_channel
    from workflow.users import OPERATOR

    wanted, at = choice(Channel, channel), now()
    with open_database() as database, database.writing() as session:
        remove_channel(session, OPERATOR, wanted, now=at)
        audit(session, "channel.remove", wanted.value, at)
    say("done.channel_removed")


@app.command("dead", help=t("cli.channels.dead.help"))
def dead() -> None:
    """The messages that were given up."""
    from jobs.cli.context import open_database
    from workflow.notifications.dead_letters import list_dead_letters
    from workflow.paging import PAGE_SIZE_MAX
    from workflow.users import OPERATOR

    with open_database() as database, database.reading() as session:
        found = list_dead_letters(session, OPERATOR, size=PAGE_SIZE_MAX)
    if not found.total:
        say("channel.no_dead")
        return
    rows = [
        (str(one.id), t(f"enum.Channel.{one.channel}"), one.person, str(one.attempts), one.error) for one in found.items
    ]
    print_table([f"cli.channels.column.{name}" for name in ("id", "channel", "person", "attempts", "error")], rows)


@app.command("retry", help=t("cli.channels.retry.help"))
def retry(message: int = typer.Argument(0, help=t("cli.channels.message"), show_default=False)) -> None:
    """What was given up is tried again."""
    from core.clock import now
    from jobs.cli.context import audit, open_database
    from workflow.notifications.dead_letters import retry_dead_letters
    from workflow.users import OPERATOR

    at = now()
    with open_database() as database, database.writing() as session:
        ids = retry_dead_letters(session, OPERATOR, message or None, now=at)
        audit(session, "dead_letter.retry", " ".join(map(str, ids))[:100], at)
    say("cli.channels.retried", n=len(ids))
