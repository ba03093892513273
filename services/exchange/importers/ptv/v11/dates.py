"""Read dates and moments."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from .reading_context import ReadingContext
from .shape import string

FINNISH_TIMEZONE = ZoneInfo("Europe/Helsinki")


def read_modified(item: dict, reading: ReadingContext) -> datetime | None:
    """Return when the record was last changed at the source (UTC); None if that is missing or malformed."""
    value = string(item, "modified")
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        reading.notice("bad-date", value)
        return None


def read_date(item: dict, key: str, reading: ReadingContext) -> date | None:
    """Return the date in Finland of a moment; None if it is missing or malformed."""
    value = string(item, key)
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
        # Moments with a zone are Finnish midnights in UTC; those without are local dates.
        return (moment.astimezone(FINNISH_TIMEZONE) if moment.tzinfo else moment).date()
    except (ValueError, OverflowError):
        reading.notice("bad-date", value)
        return None
