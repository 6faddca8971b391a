"""The only place that reads the clock; entry points call it and hand the instant down."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)
