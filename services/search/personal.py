"""What must not be searched for, stored or passed on: Finnish personal identity codes."""

import re

# By shape, whatever the check character: a mistyped code is somebody's code all the same. Dates, a sign for the
# century (the newer ones too), three digits and a check character; blanks where people put them.
_IDENTITY_CODE = re.compile(r"(?<!\d)[0-3]\d[01]\d{3}\s?[-‐–+A-FU-Y]\s?\d{3}\s?[0-9A-FHJ-NPR-Y](?![\w])", re.IGNORECASE)


def holds_identity_code(text: str) -> bool:
    """Whether a text holds something shaped like a Finnish personal identity code (henkilötunnus)."""
    return bool(_IDENTITY_CODE.search(text))
