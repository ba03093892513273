"""The named people, organisations and places of the tests, and builders of other records.

Vantaa and Kerava are in the county 04, Espoo in 03, Rovaniemi in 21. Builders take Finnish text as a string, and texts
in several languages as {"fi": ..., "sv": ...}; other values have defaults.
"""

import itertools

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import Client
from django.utils.translation import override

from organisations.models import Contact, Membership, Municipality, Organisation, User, WellbeingCounty
from services.indexing.services import index_services
from services.indexing.suggestions import index_organisation_suggestions
from services.indexing.taxonomy import index_taxonomy
from services.indexing.vocabulary import index_vocabulary
from services.models import Category, Concept, ConceptLabel, Service, ServiceLocation, Synonym
from tests.databases import update_statistics
from tests.html_page import Page, view_url

NATIONWIDE = "nationwide"
VAKE = "Vantaan ja Keravan hyvinvointialue"
# Secret of the authenticator app.
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
_sequence = itertools.count(1)


def record_url(record, lang="fi"):
    with override(lang):
        return record.get_absolute_url()


# Builders


def organisation(name="Joku yhdistys", sector="ngo", *, works_in="Vantaa", **facts):
    new_organisation = Organisation.objects.create(
        sector=sector, **{"status": "published", **_translated_fields(Organisation, name=name, **facts)}
    )
    index_organisation_suggestions(organisation_ids=[new_organisation.pk])
    return set_area(new_organisation, works_in)


def service(name, by, *, tags=(), places=(), works_in=(), indexed=True, **facts):
    """A published service, indexed at once; with indexed=False only by `index_for_search()`."""
    new_service = Service.objects.create(
        organisation=by, **{"status": "published", **_translated_fields(Service, name=name, **facts)}
    )
    new_service.categories.add(*tags)
    new_service.locations.add(*places)
    set_area(new_service, works_in)
    if indexed:
        index_for_search(new_service)
    return new_service


def services(count, by, name="Palvelu", **facts):
    """Many similar services: "Palvelu 01", "Palvelu 02" ..."""
    records = [service(f"{name} {n:02d}", by, indexed=False, **facts) for n in range(1, count + 1)]
    index_for_search(*records)
    return records


def category(name, *, code="", scheme="theme", under=None, words=(), **facts):
    """A category; `words` are synonyms, in Finnish or {"sv": [...]}."""
    new_category = Category.objects.create(
        code=code or f"category-{next(_sequence)}",
        scheme=scheme,
        parent=under,
        **_translated_fields(Category, name=name, **facts),
    )
    for language, texts in (words if isinstance(words, dict) else {"fi": words}).items():
        Synonym.objects.bulk_create(Synonym(category=new_category, language=language, text=text) for text in texts)
    index_taxonomy(new_category)
    return new_category


def concept(*labels, under=(), scheme="tero", **others):
    """A concept as imported: concept("ero", "avioero", en=["divorce"]); the first of each language is its name."""
    new_concept = Concept.objects.create(scheme=scheme, uri=f"http://www.yso.fi/onto/koko/p{next(_sequence)}")
    new_concept.broader.add(*under)
    ConceptLabel.objects.bulk_create(
        ConceptLabel(concept=new_concept, language=language, text=text, kind="alternative" if place else "preferred")
        for language, texts in {"fi": labels, **others}.items()
        for place, text in enumerate(texts)
    )
    index_vocabulary(concepts=[new_concept.pk])
    return new_concept


def location(name, of, *, in_="Vantaa", **facts):
    return ServiceLocation.objects.create(
        organisation=of,
        municipality=Municipality.objects.get(name_fi=in_),
        **_translated_fields(ServiceLocation, name=name, **facts),
    )


def contact(title, of, *, covers=(), **facts):
    """A public contact for NGO cooperation by default."""
    new_contact = Contact.objects.create(
        organisation=of,
        **{
            "visibility": "public",
            "purposes": ["ngo-cooperation"],
            **_translated_fields(Contact, title=title, **facts),
        },
    )
    new_contact.municipalities.add(*Municipality.objects.filter(name_fi__in=covers))
    return new_contact


def set_area(record, area):
    """Set the area of a record: names of municipalities or counties, or NATIONWIDE."""
    names = {area} if isinstance(area, str) else set(area)
    if NATIONWIDE in names:
        record.nationwide = True
        record.save(update_fields=["nationwide"])
    area_names = names - {NATIONWIDE}
    if area_names:
        municipalities = Municipality.objects.filter(name_fi__in=area_names)
        counties = WellbeingCounty.objects.filter(name_fi__in=area_names)
        assert {place.name_fi for place in (*municipalities, *counties)} == area_names
        record.municipalities.add(*municipalities)
        record.counties.add(*counties)
    return record


def index_for_search(*records):
    """Create the search rows of these services, or of all."""
    return index_services(service_ids=[record.pk for record in records] if records else None)


def _translated_fields(model, **fields):
    """Map texts by language to fields; plain text of a translated field is Finnish."""
    columns = {}
    for field, value in fields.items():
        if isinstance(value, dict):
            columns |= {f"{field}_{language}": text for language, text in value.items()}
        else:
            columns[f"{field}_fi" if hasattr(model, f"{field}_fi") else field] = value
    return columns


# Places


@pytest.fixture
def vantaa(db):
    return Municipality.objects.get(name_fi="Vantaa")


@pytest.fixture
def kerava(db):
    return Municipality.objects.get(name_fi="Kerava")


# Organisations


@pytest.fixture
def kivivuori(db):
    """A small NGO of Vantaa."""
    return organisation("Kivivuoren perhetalo", "ngo", works_in="Vantaa")


@pytest.fixture
def vake(db):
    """The wellbeing services county, which works in both its municipalities."""
    return organisation(VAKE, "county", works_in=VAKE)


@pytest.fixture
def parish(db):
    return organisation("Lähdepuiston seurakunta", "parish", works_in=["Vantaa", "Kerava"])


@pytest.fixture
def city(db):
    """The municipality of Kerava as an organisation."""
    return organisation("Keravan kaupunki", "municipality", works_in="Kerava")


@pytest.fixture
def helpline(db):
    """A national NGO."""
    return organisation("Valtakunnan puhelinapu", "ngo", works_in=NATIONWIDE)


# People


def create_user(email, password="salasana", **facts):
    """A user with a verified address."""
    new_user = User.objects.create_user(email, password, **facts)
    EmailAddress.objects.create(user=new_user, email=new_user.email, verified=True, primary=True)
    return new_user


def add_totp(user):
    """Set up an authenticator app, which the admin requires."""
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": TOTP_SECRET})
    return user


@pytest.fixture
def kaisa(db):
    """The coordinator of Vantaa and Kerava."""
    user = create_user("kaisa@vake.example", name="Kaisa Koordinaattori", is_staff=True)
    user.groups.add(Group.objects.get(name="coordinators"))
    user.coordinates.set(WellbeingCounty.objects.filter(name_fi=VAKE))
    return add_totp(user)


@pytest.fixture
def pirjo(db):
    """A school social worker without an organisation."""
    return create_user("pirjo@koulu.example", name="Pirjo Kuraattori")


@pytest.fixture
def satu(kivivuori):
    """An admin of Kivivuori."""
    user = User.objects.create_user("satu@kivivuori.example", "salasana", name="Satu Sihteeri")
    Membership.objects.create(user=user, organisation=kivivuori, role="admin")
    return user


# Browsers. `client` is an anonymous visitor.


@pytest.fixture
def pirjo_client(pirjo):
    browser = Client()
    browser.force_login(pirjo)
    return browser


@pytest.fixture
def visit(client):
    """Read a page as a visitor: visit("about"), visit("finding:results", lang="sv", q="ero")."""

    def read(name, *args, lang="fi", status=200, **query):
        return Page(client.get(view_url(name, *args, lang=lang, **query)), status)

    return read


@pytest.fixture
def open_page(client):
    """Read the page of a URL or a record as a visitor."""

    def read(target, status=200, lang="fi"):
        return Page(client.get(target if isinstance(target, str) else record_url(target, lang)), status)

    return read


@pytest.fixture
def find(visit):
    """Search as a visitor: find(q="ero", municipality="092").names"""

    def search(**query):
        return visit("finding:results", **query)

    return search


# Content


def shared_data(django_db_blocker, load):
    """Keep records stored by `load` for the scope of a fixture; each test still rolls back its own changes."""
    with django_db_blocker.unblock():
        if not connection.in_atomic_block:
            connection.close()  # drops foreign key plans cached while the tables were empty
        with transaction.atomic():
            loaded = load()
            connection.check_constraints()  # once, instead of in every test
            update_statistics()
            yield loaded
            transaction.set_rollback(True)
