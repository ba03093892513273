"""What to send to a family about a service, as plain text that fits into text messages."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.core.translated_text import translated_text
from services.content.opening_hours import weekly_hours
from services.models import Service, ServiceLocation
from services.models.referral_list import NextStep, usual_next_step

# A text message of one part holds 160 characters; a message about one service must stay readable.
SMS_LENGTH = 160
MAX_LENGTH = 480


def service_text(service: Service, link: str, *, limit: int = MAX_LENGTH) -> str:
    """Name, next step, phone, address, opening hours and link in at most `limit` characters, a line each.

    What does not fit is left out from the least important on; the name is shortened last, the link never. `service`
    comes with phones, locations and schedules.
    """
    name = translated_text(service, "name").value
    step = str(NextStep(usual_next_step(service)).label)
    phone = first_phone(service)
    location = next(iter(service.locations.all()), None)
    lines = [name, step, phone, _address(location), _hours(location), link]
    # By position: opening hours, address and next step may go, in this order.
    for optional in (None, 4, 3, 1):
        if optional is not None:
            lines[optional] = ""
        text = "\n".join(filter(None, lines))
        if len(text) <= limit:
            return text
    rest = "\n".join(filter(None, [phone, link]))
    return "\n".join(filter(None, [_shortened(name, limit - len(rest) - 1), rest]))


def list_text(title: str, names: Sequence[str], link: str) -> str:
    """Heading, link and the names of the services, in at most MAX_LENGTH characters; the link is always there."""
    text = f"{title}\n{link}"
    for name in names:
        line = f"\n– {name}"
        if len(text) + len(line) > MAX_LENGTH:
            return text + "\n…" if len(text) + 2 <= MAX_LENGTH else text
        text += line
    return text


def first_phone(service: Service) -> str:
    """The number to call: of the service, else of its organisation; "" without one."""
    phones = service.phones.all() or service.organisation.phones.all()
    return next((phone.number for phone in phones), "")


def _address(location: ServiceLocation | None) -> str:
    if location is None:
        return ""
    parts = [translated_text(location, "street").value, translated_text(location, "city").value]
    return ", ".join(filter(None, parts))


def _hours(location: ServiceLocation | None) -> str:
    if location is None:
        return ""
    week = weekly_hours(location.schedules.all(), timezone.localdate())
    hours = ", ".join(f"{days} {times}" for days, times in week)
    return _("Open: %(hours)s") % {"hours": hours} if hours else ""


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: max(0, limit - 1)].rstrip() + "…"
