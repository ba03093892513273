"""Database constraints of organisations and users."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.db.models import ProtectedError

from organisations.models import Contact, Membership, Organisation, OrganisationReference, User
from tests import cast

pytestmark = pytest.mark.django_db


def refused(constraint, error=IntegrityError):
    return pytest.raises(error, match=constraint)


def change(record, **values):
    with transaction.atomic():
        type(record).objects.filter(pk=record.pk).update(**values)


def bulk_create(*records):
    with transaction.atomic():
        type(records[0]).objects.bulk_create(records)


@pytest.mark.parametrize("nothing", ["", None])
def test_published_organisation_has_a_finnish_name(kivivuori, nothing):
    with refused("organisation_published_has_finnish_name"):
        change(kivivuori, name_fi=nothing, name_sv="Familjehuset")
    change(kivivuori, status="draft", name_fi=nothing)


def test_sector_is_known(kivivuori):
    with refused("organisation_sector_is_known"):
        change(kivivuori, sector="circus")


@pytest.mark.parametrize("business_id", ["1234567", "12345671", "1234567-X", "234567-1", "1234567-12"])
def test_business_id_has_the_official_form(kivivuori, business_id):
    with refused("organisation_business_id_shape|too long", (IntegrityError, DataError)):
        change(kivivuori, business_id=business_id)


def test_check_digit_of_a_business_id_is_validated(kivivuori):
    kivivuori.business_id = "1572860-0"
    kivivuori.full_clean()
    kivivuori.business_id = "1572860-1"
    with pytest.raises(ValidationError) as problem:
        kivivuori.full_clean()
    assert set(problem.value.message_dict) == {"business_id"}


def test_organisation_is_not_above_itself(kivivuori):
    with refused("organisation_not_its_own_parent"):
        change(kivivuori, parent=kivivuori.pk)


def test_no_circle_of_parents(kivivuori, helpline):
    change(helpline, parent=kivivuori)
    kivivuori.parent = Organisation.objects.get(pk=helpline.pk)
    with pytest.raises(ValidationError):
        kivivuori.full_clean()


def test_external_reference_is_unique(kivivuori, vake):
    bulk_create(OrganisationReference(organisation=kivivuori, system="ptv", identifier="abc-1"))
    bulk_create(OrganisationReference(organisation=kivivuori, system="register", identifier="abc-1"))
    with refused("reference_is_unique"):
        bulk_create(OrganisationReference(organisation=vake, system="ptv", identifier="abc-1"))


def test_contact_has_a_name_or_a_desk(kivivuori):
    bulk_create(Contact(organisation=kivivuori, name="Sanna Saari"))
    bulk_create(Contact(organisation=kivivuori, title_fi="Neuvontapiste"))
    for title in ("", None):
        with refused("contact_has_a_name_or_a_desk"):
            bulk_create(Contact(organisation=kivivuori, name="", title_fi=title))


def test_membership_once_per_organisation(kivivuori, pirjo):
    bulk_create(Membership(user=pirjo, organisation=kivivuori, role="editor"))
    with refused("membership_once_per_organisation"):
        bulk_create(Membership(user=pirjo, organisation=kivivuori, role="admin"))


def test_email_is_unique_ignoring_case(pirjo):
    with refused("user_email"):
        bulk_create(User(email=pirjo.email.upper()))


def test_signing_in_with_capitals(client, pirjo):
    assert client.login(username="Pirjo@Koulu.EXAMPLE", password="salasana")


def test_area_in_use_cannot_be_deleted(kivivuori, vantaa):
    cast.location("Talo", kivivuori, in_="Vantaa")
    with pytest.raises(ProtectedError):
        vantaa.delete()
    with pytest.raises(ProtectedError):
        vantaa.county.delete()
