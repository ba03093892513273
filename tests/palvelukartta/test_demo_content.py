"""The demo content: realistic, entirely fictitious, and sufficient for every feature."""

import datetime as dt
import itertools
import re
from collections import Counter, defaultdict
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from organisations.models import Contact, Municipality, Organisation, OrganisationPhone, User
from organisations.models.contact import Purpose
from organisations.models.organisation import Sector, validate_business_id
from palvelukartta.demo import DEMO_LOGINS
from palvelukartta.demo.loading import SERVICE_TRANSLATED_FIELDS, load_demo, read_organisation_files
from services.indexing.checks.check_index import index_differences
from services.models import LocationPhone, Schedule, ScheduleException, Service, ServiceLocation, ServicePhone
from services.models.choices import AccessibilityFact, AccessRoute, Channel, Cost
from tests import cast
from tests.html_page import Page, service_name

pytestmark = [pytest.mark.usefixtures("demo"), pytest.mark.django_db]
LANGUAGES = ("fi", "sv", "en")
TEXTS = [field for field in SERVICE_TRANSLATED_FIELDS if field != "website"]
VANTAA = "092"


def public():
    return Service.objects.published()


def texts_of(record, fields=TEXTS):
    for field, language in itertools.product(fields, LANGUAGES):
        if text := getattr(record, f"{field}_{language}"):
            yield field, language, text


# Amounts


def test_enough_organisations_of_every_sector():
    sectors = Counter(Organisation.objects.published().values_list("sector", flat=True))
    assert sum(sectors.values()) >= 40
    assert set(sectors) == set(Sector.values)


def test_enough_services_of_every_sector():
    sectors = Counter(public().values_list("organisation__sector", flat=True))
    assert sum(sectors.values()) >= 110
    assert set(sectors) == set(Sector.values)


def test_every_organisation_has_something_to_offer_or_units_that_do():
    for organisation in Organisation.objects.published():
        assert organisation.services.exists() or organisation.children.exists(), organisation


def test_loading_again_changes_nothing():
    def everything():
        models = (Organisation, Service, ServiceLocation, Schedule, ScheduleException, Contact, User)
        return [list(model.objects.order_by("pk").values()) for model in models]

    original = everything()
    load_demo()
    assert everything() == original


def test_what_somebody_tried_out_stays():
    club = public().first()
    Service.objects.filter(pk=club.pk).update(name_fi="Kokeilu")
    load_demo()
    assert Service.objects.get(pk=club.pk).name_fi == "Kokeilu"


def test_search_is_in_step_with_what_was_loaded():
    assert [*index_differences()] == []


def test_everybody_can_sign_in(client):
    for email, password, _role in DEMO_LOGINS:
        assert client.login(username=email, password=password)


def test_every_key_is_used_once():
    entries = read_organisation_files()
    assert len({entry["key"] for entry in entries}) == len(entries)
    services = [(entry["key"], service["key"]) for entry in entries for service in entry.get("services", [])]
    assert len(set(services)) == len(services)


# Completeness, with a few deliberate gaps


@pytest.mark.parametrize("field", ["name", "summary", "description", "eligibility", "client_access"])
def test_texts_in_three_languages(field):
    for service in public():
        assert getattr(service, f"{field}_fi"), (service, field)
    for language in ("sv", "en"):
        missing = [service for service in public() if not getattr(service, f"{field}_{language}")]
        assert len(missing) <= 8, (field, language, missing)


@pytest.mark.parametrize("field", ["professional_access", "professional_needs", "waiting_time"])
def test_how_professionals_refer(field):
    missing = public().filter(**{f"{field}_fi__isnull": True}) | public().filter(**{f"{field}_fi": ""})
    assert missing.count() <= 10


def test_every_service_has_its_facts():
    for service in public().prefetch_related("categories"):
        assert service.channels and service.languages and service.access_routes and service.cost, service
        schemes = {category.scheme for category in service.categories.all()}
        assert {"theme", "target-group", "form-of-help"} <= schemes, service


def test_every_choice_occurs():
    services = list(public())
    for field, choices in (
        ("channels", Channel),
        ("access_routes", AccessRoute),
        ("accessibility", AccessibilityFact),
    ):
        assert {value for service in services for value in getattr(service, field)} == set(choices.values), field
    assert {service.cost for service in services} == set(Cost.values)
    purposes = {purpose for contact in Contact.objects.all() for purpose in contact.purposes}
    assert purposes == set(Purpose.values)


def test_every_organisation_has_its_facts():
    for organisation in Organisation.objects.published().prefetch_related("phones", "municipalities", "counties"):
        assert all(getattr(organisation, f"description_{language}") for language in LANGUAGES), organisation
        assert organisation.phones.all() and organisation.email and organisation.website_fi, organisation
        area = organisation.nationwide or organisation.municipalities.all() or organisation.counties.all()
        assert area, organisation


def test_places_lie_in_their_municipality_with_address_and_hours():
    for place in ServiceLocation.objects.select_related("municipality").prefetch_related("schedules"):
        assert place.street_fi and place.postal_code and place.city_fi, place
        # Degrees; larger than any municipality of the region.
        assert abs(place.latitude - place.municipality.latitude) < 0.25, place
        assert abs(place.longitude - place.municipality.longitude) < 0.4, place
        assert place.schedules.all() or place.by_appointment or place.hours_note_fi, place


def test_both_kinds_of_contacts_for_cooperation_with_ngos():
    contacts = Contact.objects.for_purpose("ngo-cooperation").filter(
        organisation__sector__in=["county", "municipality"]
    )
    assert {"public", "professionals"} <= set(contacts.values_list("visibility", flat=True))


# Distinct texts


def test_summaries_fit_on_a_line():
    for service in Service.objects.all():
        for language in LANGUAGES:
            assert len(getattr(service, f"summary_{language}") or "") <= 150, service


def test_no_sentence_is_used_twice():
    users = defaultdict(set)
    for service in Service.objects.all():
        for _field, _language, text in texts_of(service):
            for sentence in re.split(r"(?<=[.!?:])\s+", text):
                if len(sentence) >= 40:
                    users[sentence.casefold()].add(service.pk)
    assert [sentence for sentence, services in users.items() if len(services) > 1] == []


def test_no_name_is_used_twice():
    for model in (Organisation, Service):
        for language in LANGUAGES:
            names = [name for name in model.objects.values_list(f"name_{language}", flat=True) if name]
            assert [name for name, count in Counter(names).items() if count > 1] == []


def test_languages_are_not_mixed_up():
    common = {"fi": {"ja", "on", "tai"}, "sv": {"och", "är", "eller"}, "en": {"and", "is", "or"}}
    for service in Service.objects.all():
        for _field, language, text in texts_of(service, ["description"]):
            words = Counter(re.findall(r"\w+", text.lower()))
            counts = {code: sum(words[word] for word in typical) for code, typical in common.items()}
            assert counts[language] == max(counts.values()), (service, language)


# Fictitious data


def test_numbers_ring_nowhere():
    numbers = [number for model in (OrganisationPhone, ServicePhone, LocationPhone) for number in numbers_of(model)]
    numbers += [contact.phone for contact in Contact.objects.all() if contact.phone]
    assert len(numbers) > 100
    assert [number for number in numbers if not re.fullmatch(r"09 000 \d{4}", number)] == []


def numbers_of(model):
    return model.objects.values_list("number", flat=True)


def test_numbers_in_texts_ring_nowhere():
    for service in Service.objects.all():
        for _field, _language, text in texts_of(service):
            assert re.findall(r"(?<![\d.])(?:0\d{1,2}|\+358)[ -]?(?!000 )\d{3,}", text) == [], service


def test_addresses_lead_nowhere():
    for model in (Organisation, Service):
        for record in model.objects.all():
            for language in LANGUAGES:
                if url := getattr(record, f"website_{language}"):
                    assert urlsplit(url).hostname.endswith(".example"), record
            assert not record.email or record.email.endswith(".example"), record
    assert all(contact.email.endswith(".example") for contact in Contact.objects.all() if contact.email)


def test_texts_name_no_real_site():
    records = [*Service.objects.all(), *Organisation.objects.all()]
    for record in records:
        fields = TEXTS if isinstance(record, Service) else ["name", "description"]
        for _field, _language, text in texts_of(record, fields):
            assert re.findall(r"\b[\w-]+\.(?:fi|com|org|net)\b", text) == [], record


def test_business_ids_have_their_check_digit():
    business_ids = [o.business_id for o in Organisation.objects.all() if o.business_id]
    assert len(business_ids) > 20
    for business_id in business_ids:
        validate_business_id(business_id)


# Content for features


def test_some_records_are_stale_never_confirmed_or_drafts():
    year_ago = timezone.now() - dt.timedelta(days=365)
    assert public().filter(assured_at__lt=year_ago).count() >= 5
    assert public().filter(assured_at=None).count() >= 2
    assert Service.objects.filter(status="draft").count() >= 3
    assert public().filter(assured_at__gte=year_ago).count() >= 90
    assert Organisation.objects.published().filter(assured_at__lt=year_ago).count() >= 2


def test_some_records_are_incomplete():
    only_finnish = [s for s in public() if not s.description_sv and not s.description_en]
    assert 2 <= len(only_finnish) <= 8
    assert 2 <= public().filter(professional_access_fi__isnull=True).count() <= 10


def test_some_services_overlap():
    """Several sectors serve the same theme, ages and municipality."""
    sectors = defaultdict(set)
    for service in public().select_related("organisation").prefetch_related("categories", "municipalities"):
        for category in service.categories.all():
            if category.scheme == "theme":
                sectors[category.code].add(service.organisation.sector)
    assert sum(len(overlapping) >= 3 for overlapping in sectors.values()) >= 10


def test_some_services_run_for_a_time_only():
    assert public().filter(valid_until__gte=timezone.localdate()).count() >= 5


# Pages


def test_separation_finds_at_least_three_sectors(find):
    page = find(q="ero")
    assert len(page.sectors) >= 3
    assert sum(page.sectors.values()) == page.total


@pytest.mark.parametrize("words", ["ei jaksa", "rahat loppu", "nepsy", "juo liikaa", "koulupudokas", "vauva ei nuku"])
def test_everyday_words_find_something(find, words):
    assert find(q=words).names


@pytest.mark.parametrize(("lang", "words"), [("sv", "skilsmässa"), ("en", "separation")])
def test_separation_in_other_languages(visit, lang, words):
    assert len(visit("finding:results", lang=lang, q=words).sectors) >= 3


def test_every_card_is_marked_as_demonstration(find):
    for page in (find(), find(q="ero")):
        assert page.cards
        assert [service_name(card) for card in page.cards if not card.all(class_="badge-demo")] == []


def test_organisations_can_be_read(client):
    """A sample for speed that still has every kind of record."""
    for organisation, language in zip(
        Organisation.objects.order_by("pk")[::2], itertools.cycle(LANGUAGES), strict=False
    ):
        page = Page(client.get(cast.record_url(organisation, language)))
        assert page.all(class_="notice-demo")
        assert len(page.cards) == organisation.services.published().count()


def test_services_can_be_read(client):
    for service, language in zip(public().order_by("pk")[::5], itertools.cycle(LANGUAGES), strict=False):
        page = Page(client.get(cast.record_url(service, language)))
        assert page.all(class_="notice-demo")
        assert page.has_section("client-access") and page.has_section("tags")


def test_services_have_company_of_other_sectors(client):
    served = [len(Page(client.get(cast.record_url(service))).cards) > 0 for service in public().order_by("pk")[::10]]
    assert sum(served) >= 0.8 * len(served)


def test_who_is_the_contact_in_vantaa(visit):
    page = visit("profiles:contacts", county="04")
    assert page.all(class_="contacts")
    assert Municipality.objects.get(pk=VANTAA).name_fi in page.main.text
