from datetime import UTC, date, datetime

from icalendar import Calendar

from tracking.calendar import Entry, calendar_text

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def test_each_entry_is_a_whole_day_with_its_own_id() -> None:
    entry = Entry(
        "next_step.abc.0@keqiao", date(2028, 2, 29), "下一步：联合攻关；a,b\nc", "https://example.org/deals/abc"
    )
    read = Calendar.from_ical(calendar_text([entry], name="科桥", now=NOW))
    [event] = read.walk("VEVENT")
    assert str(event["uid"]) == entry.uid
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2028, 2, 29), date(2028, 3, 1))
    assert str(event["summary"]) == entry.title
    assert str(event["url"]) == entry.link


def test_a_calendar_without_entries_is_one() -> None:
    assert Calendar.from_ical(calendar_text([], name="科桥", now=NOW)).walk("VEVENT") == []
