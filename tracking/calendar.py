"""A private calendar as iCalendar text (RFC 5545): pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event


@dataclass(frozen=True, slots=True)
class Entry:
    """Something on one day."""

    uid: str
    """The same for the same thing whenever the calendar is read, so that a change moves it."""
    day: date
    title: str
    link: str


def calendar_text(entries: Iterable[Entry], *, name: str, now: datetime) -> bytes:
    """A calendar with one whole-day event for each entry."""
    calendar = Calendar()
    calendar.add("prodid", "-//Keqiao//calendar//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for entry in entries:
        event = Event()
        event.add("uid", entry.uid)
        event.add("dtstamp", now)
        event.add("dtstart", entry.day)
        event.add("dtend", entry.day + timedelta(days=1))
        event.add("summary", entry.title)
        event.add("url", entry.link)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text
