"""`keqiao`: the list of its commands."""

import os

import typer

from jobs.cli import (
    catalogue,
    channels,
    checks,
    deals,
    learning,
    matching,
    operation,
    outcomes,
    quality,
    setup,
    training,
    users,
    work,
)
from jobs.cli.group import KeqiaoGroup
from jobs.cli.terminal import texts

app = typer.Typer(
    cls=KeqiaoGroup,
    help=texts()("cli.help"),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (setup, operation, catalogue, matching, checks, quality, training, learning, work, outcomes):
    module.register(app)
app.add_typer(users.app, name="user")
app.add_typer(deals.app, name="deals")
app.add_typer(channels.app, name="channels")


def main() -> None:
    """Run the command line.

    A match multiplies small matrices, where a second thread of the linear algebra only waits for the first; with other
    work on the machine a match took five times as long. What an operator sets stays.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    app(prog_name="keqiao")


if __name__ == "__main__":
    main()
