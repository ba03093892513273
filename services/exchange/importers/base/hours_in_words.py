"""Opening hours as a line of text, for phone lines and other contact points without a timetable."""

from .records import LANGUAGES, OpeningRecord

DAY_NAMES = {
    "fi": ("ma", "ti", "ke", "to", "pe", "la", "su"),
    "sv": ("mån", "tis", "ons", "tors", "fre", "lör", "sön"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


def weekly_hours_text(opening: OpeningRecord) -> dict[str, str]:
    """Return weekly hours as one line in each language: "ma–pe 9.00–15.00". Hours limited to a season are left out."""
    # [first weekday, last weekday, opens, closes] of consecutive days with equal hours.
    blocks: list[list] = []
    for row in (row for row in opening.weekly if not (row.valid_from or row.valid_until)):
        if blocks and blocks[-1][1] + 1 == row.weekday and blocks[-1][2:] == [row.opens, row.closes]:
            blocks[-1][1] = row.weekday
        else:
            blocks.append([row.weekday, row.weekday, row.opens, row.closes])
    lines = {}
    for language in LANGUAGES if blocks else ():
        names, separator = DAY_NAMES[language], ":" if language == "en" else "."
        lines[language] = ", ".join(
            f"{names[first - 1]}{'' if first == last else '–' + names[last - 1]} "
            f"{opens.hour}{separator}{opens.minute:02}–{closes.hour}{separator}{closes.minute:02}"
            for first, last, opens, closes in blocks
        )
    return lines
