"""The command group: expected failures become one plain sentence and exit code 1."""

import os
import signal
from typing import Any

import typer
from typer.core import TyperGroup

from jobs.cli.terminal import err, texts

EXIT_FAILED = 1
EXIT_USAGE = 2


class KeqiaoGroup(TyperGroup):
    """A group that tells people what went wrong in their language; only a programmer's error shows a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # `keqiao … | head`
            os.kill(os.getpid(), signal.SIGPIPE)
        except typer.BadParameter as error:
            _tell_usage(error)
            raise typer.Exit(EXIT_USAGE) from error
        except Exception as error:
            told = _tell(error)
            if not told:
                raise
        raise typer.Exit(EXIT_FAILED)


def _tell(error: Exception) -> bool:
    from jobs.cli.failures import explain

    lines = explain(error, texts())
    for line in lines:
        err().print(line, highlight=False, markup=False, style="red")
    return bool(lines)


def _tell_usage(error: typer.BadParameter) -> None:
    from jobs.cli.failures import explain_usage

    for line in explain_usage(error, texts()):
        err().print(line, highlight=False, markup=False, style="red")
