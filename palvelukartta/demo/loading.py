"""Load the demonstration directory: read and check all files, then write everything in one transaction."""

import datetime as dt
from pathlib import Path

import yaml
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from organisations.models import (
    Contact,
    Membership,
    Organisation,
    OrganisationPhone,
    OrganisationReference,
    PhoneNumber,
    User,
    WellbeingCounty,
)
from palvelukartta.taxonomy import load_taxonomy
from services.actions.report_mistake import report_mistake
from services.content.facets import FACETS
from services.content.service_texts import SERVICE_TEXT_NAMES
from services.indexing.services import index_services
from services.indexing.suggestions import index_organisation_suggestions
from services.models import (
    Category,
    LocationPhone,
    Schedule,
    ScheduleException,
    Service,
    ServiceLocation,
    ServicePhone,
    ServiceReference,
    UsageCount,
)

from . import DEMO_LOGINS, MEMBER_ORGANISATION_KEY
from .answers import load_answers
from .kept_work import load_kept_work
from .service_paths import load_service_paths

DATA_FOLDER = Path(__file__).parent / "organisations"
REFERENCE_SYSTEM = "demo"
USER_NAMES = {
    "coordinator": "Koordinaattori",
    "superuser": "Pääkäyttäjä",
    "admin of an NGO": "Aino Vastaava",
    "editor of an NGO": "Eetu Muokkaaja",
}
WEEKDAYS = {"mo": 1, "tu": 2, "we": 3, "th": 4, "fr": 5, "sa": 6, "su": 7}
ORGANISATION_TRANSLATED_FIELDS = ("name", "description", "website")
# Search words are lists in the data.
SERVICE_TRANSLATED_FIELDS = [name for name in SERVICE_TEXT_NAMES if name != "search_words"]
SERVICE_PLAIN_FIELDS = (
    "age_min",
    "age_max",
    "email",
    "status",
    "is_crisis_number",
    *(f.service for f in FACETS if f.service),
)


class DemoLoadError(Exception):
    """The demonstration cannot be loaded; the message is one line."""


def load_demo() -> dict[str, int]:
    """Load taxonomy, demo organisations and demo logins if they are missing; returns the counts in the database.

    Repeated loading changes nothing, so that edits in the demo are kept. Raises DemoLoadError if the database
    holds real organisations: fictitious ones and logins with public passwords must not be mixed with them.
    """
    if not Organisation.objects.filter(is_demo=True).exists():
        if Organisation.objects.exists():
            raise DemoLoadError("This database already has organisations; the demonstration needs an empty database.")
        load_taxonomy()
        _load_organisations()
        load_service_paths(REFERENCE_SYSTEM)
        _load_logins()
        _load_usage_counts()
        _load_report()
        organisation = Organisation.objects.get(
            references__system=REFERENCE_SYSTEM, references__identifier=MEMBER_ORGANISATION_KEY
        )
        admin = User.objects.get(email=next(login[0] for login in DEMO_LOGINS if login[2] == "admin of an NGO"))
        load_answers(organisation, admin)
        load_kept_work(organisation, admin)
    return {
        "organisations": Organisation.objects.filter(is_demo=True).count(),
        "services": Service.objects.filter(organisation__is_demo=True).count(),
    }


def read_organisation_files() -> list[dict]:
    """The content of all files, parent organisations first."""
    entries = [
        yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for path in sorted(DATA_FOLDER.glob("*.yaml"))
    ]
    return sorted(entries, key=lambda entry: ("parent" in entry, entry["key"]))


@transaction.atomic
def _load_organisations() -> None:
    categories = {category.code: category for category in Category.objects.all()}
    organisations: dict[str, Organisation] = {}
    for entry in read_organisation_files():
        organisation = _create_organisation(entry, organisations.get(entry.get("parent", "")))
        organisations[entry["key"]] = organisation
        organisation.categories.set([categories[code] for code in entry.get("categories", [])])
        for order, contact in enumerate(entry.get("contacts", [])):
            _create_contact(contact, organisation, order)
        locations = {place["key"]: _create_location(place, organisation) for place in entry.get("locations", [])}
        for service in entry.get("services", []):
            _create_service(service, organisation, locations, categories)
    index_services()
    index_organisation_suggestions()


def _create_organisation(entry: dict, parent: Organisation | None) -> Organisation:
    organisation = Organisation.objects.create(
        **_translated_values(entry, ORGANISATION_TRANSLATED_FIELDS),
        **_present_values(entry, ("sector", "abbreviation", "business_id", "email", "status")),
        parent=parent,
        assured_at=_time_days_ago(entry.get("assured_days_ago")),
        nationwide=entry.get("area", {}).get("nationwide", False),
        is_demo=True,
    )
    _set_area(organisation, entry)
    _add_phones(OrganisationPhone, entry, organisation=organisation)
    OrganisationReference.objects.create(organisation=organisation, system=REFERENCE_SYSTEM, identifier=entry["key"])
    return organisation


def _create_contact(entry: dict, organisation: Organisation, order: int) -> None:
    contact = Contact.objects.create(
        organisation=organisation,
        order=order,
        **_translated_values(entry, ("title",)),
        **_present_values(entry, ("name", "email", "phone", "purposes", "visibility")),
    )
    contact.municipalities.set(entry.get("municipalities", []))


def _create_location(entry: dict, organisation: Organisation) -> ServiceLocation:
    location = ServiceLocation.objects.create(
        organisation=organisation,
        municipality_id=entry["municipality"],
        **_translated_values(entry, ("name", "street", "city", "hours_note", "accessibility_note")),
        **_present_values(entry, ("postal_code", "latitude", "longitude", "by_appointment", "accessibility")),
    )
    Schedule.objects.bulk_create(
        Schedule(location=location, weekday=WEEKDAYS[day], opens_at=hours["opens"], closes_at=hours["closes"])
        for hours in entry.get("hours", [])
        for day in hours["days"]
    )
    for exception in entry.get("exceptions", []):
        day = _next_occurrence(exception["date"])
        ScheduleException.objects.create(
            location=location,
            starts_on=day,
            ends_on=day,
            closed=exception.get("closed", False),
            opens_at=exception.get("opens"),
            closes_at=exception.get("closes"),
            **_translated_values(exception, ("note",)),
        )
    _add_phones(LocationPhone, entry, location=location)
    return location


def _create_service(entry: dict, organisation: Organisation, locations: dict, categories: dict) -> None:
    service = Service.objects.create(
        organisation=organisation,
        **_translated_values(entry, SERVICE_TRANSLATED_FIELDS),
        **_present_values(entry, SERVICE_PLAIN_FIELDS),
        **{
            f"search_words_{language}": "\n".join(map(str, words))
            for language, words in entry.get("search_words", {}).items()
        },
        nationwide=entry.get("area", {}).get("nationwide", False),
        assured_at=_time_days_ago(entry.get("assured_days_ago")),
        valid_from=_date_in_days(entry.get("valid_from_days")),
        valid_until=_date_in_days(entry.get("valid_until_days")),
    )
    _set_area(service, entry)
    category_codes = [*entry.get("categories", []), *entry.get("target_groups", []), *entry.get("forms_of_help", [])]
    service.categories.set([categories[code] for code in category_codes])
    service.locations.set([locations[key] for key in entry.get("locations", [])])
    _add_phones(ServicePhone, entry, service=service)
    ServiceReference.objects.create(
        service=service,
        system=REFERENCE_SYSTEM,
        identifier=f"{organisation.references.get().identifier}/{entry['key']}",
    )


def _load_logins() -> None:
    for email, password, role in DEMO_LOGINS:
        if User.objects.filter(email=email).exists():
            continue
        user = User.objects.create_user(
            email,
            password,
            name=USER_NAMES[role],
            is_staff=role in ("coordinator", "superuser"),
            is_superuser=role == "superuser",
        )
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        if role == "coordinator":
            user.groups.add(Group.objects.get(name="coordinators"))
            user.coordinates.set(WellbeingCounty.objects.filter(pk="04"))
        elif role.endswith("of an NGO"):
            organisation = Organisation.objects.get(
                references__system=REFERENCE_SYSTEM, references__identifier=MEMBER_ORGANISATION_KEY
            )
            Membership.objects.create(user=user, organisation=organisation, role=role.split()[0])


def _load_usage_counts() -> None:
    """Create fictitious usage counts of the last 12 months for the organisation of the demo accounts."""
    organisation = Organisation.objects.get(
        references__system=REFERENCE_SYSTEM, references__identifier=MEMBER_ORGANISATION_KEY
    )
    month = timezone.localdate().replace(day=1)
    for months_ago in range(12):
        for position, service in enumerate([*organisation.services.filter(status="published").order_by("pk"), None]):
            opened = (position * 7 + months_ago * 5) % 19 + 24 - 2 * months_ago
            counts = {"shown": 4 * opened, "saved": opened // 9} if service else {}
            UsageCount.objects.create(
                organisation=organisation, service=service, month=month, opened=opened, contacted=opened // 5, **counts
            )
        month = (month - dt.timedelta(days=1)).replace(day=1)


def _load_report() -> None:
    """Create a fictitious mistake report for the members to answer."""
    organisation = Organisation.objects.get(
        references__system=REFERENCE_SYSTEM, references__identifier=MEMBER_ORGANISATION_KEY
    )
    report_mistake(
        organisation=organisation,
        service=organisation.services.filter(status="published").order_by("pk").first(),
        kind="hours",
        text="Kävimme lauantaina, mutta ovi oli kiinni. Ovatko ajat muuttuneet?",
        email="lukija@example.org",
        language="fi",
    )


def _translated_values(entry: dict, fields: tuple[str, ...] | list[str]) -> dict[str, str]:
    return {
        f"{field}_{language}": text.strip() for field in fields for language, text in (entry.get(field) or {}).items()
    }


def _present_values(entry: dict, fields: tuple[str, ...] | list[str]) -> dict:
    return {field: entry[field] for field in fields if entry.get(field) is not None}


def _set_area(record: Organisation | Service, entry: dict) -> None:
    area = entry.get("area", {})
    record.municipalities.set(area.get("municipalities", []))
    record.counties.set(area.get("counties", []))


def _add_phones(model: type[PhoneNumber], entry: dict, **owner: Organisation | Service | ServiceLocation) -> None:
    for order, phone in enumerate(entry.get("phones", [])):
        model._default_manager.create(
            number=phone["number"], order=order, **_translated_values(phone, ("label", "charge_note")), **owner
        )


def _time_days_ago(days: int | None) -> dt.datetime | None:
    return None if days is None else timezone.now() - dt.timedelta(days=days)


def _date_in_days(days: int | None) -> dt.date | None:
    return None if days is None else timezone.localdate() + dt.timedelta(days=days)


def _next_occurrence(month_and_day: str) -> dt.date:
    """The next occurrence of "MM-DD", today included."""
    today = timezone.localdate()
    day = dt.date.fromisoformat(f"{today.year}-{month_and_day}")
    return day if day >= today else day.replace(year=today.year + 1)
