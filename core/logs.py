"""How the server and the worker log: one line an event, with the traceback but never the values of local variables."""

import logging
import sys
from typing import Any

import structlog

from core.settings import LogFormat, Settings


def configure_logs(settings: Settings) -> None:
    """Log lines are written to standard error as the settings say."""
    levels = logging.getLevelNamesMapping()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *(_json() if settings.log_format is LogFormat.JSON else _console()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(levels[settings.log_level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _json() -> list[Any]:
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]


def _console() -> list[Any]:
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
