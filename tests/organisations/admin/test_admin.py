"""Admin of organisations, contacts, areas and users. Kaisa is a coordinator; Sirkka is the superuser."""

import pytest
from django.contrib.auth.models import Group, Permission

from organisations.models import Membership, Municipality, Organisation, User, WellbeingCounty
from tests import cast
from tests.admin_client import AdminClient, formset_rows
from tests.html_page import Page, view_url

CONTACT = {"name": "", "title_fi": "", "order": "0", "visibility": "public"}


# Access


def test_admin_redirects_visitors_to_the_login(client):
    answer = client.get(view_url("admin:index"))
    desk = view_url("admin:index")
    way_in = client.get(answer.url)
    assert way_in.request["PATH_INFO"] == view_url("account_login")
    assert {field["value"] for field in Page(way_in).all("input", name="next")} == {desk}


def test_admin_is_closed_to_users_who_are_not_coordinators(pirjo_client):
    answer = pirjo_client.get(view_url("admin:index"), follow=True)
    assert answer.status_code == 403


@pytest.mark.parametrize("lang", ["fi", "sv", "en"])
def test_admin_exists_in_three_languages_and_the_switch_stays_on_the_page(kaisa, lang):
    page = AdminClient(kaisa, lang).open("organisations_organisation_changelist", q="koti")
    assert page.language == lang
    assert page.languages == {code: f"/{code}/admin/organisations/organisation/?q=koti" for code in ("fi", "sv", "en")}


def test_admin_links_to_the_public_site_in_the_same_language(kaisa):
    links = AdminClient(kaisa, "sv").open("index").one(id="user-tools").all("a")
    assert links[0]["href"] == "/sv/"


def test_staff_with_view_permission_can_only_view(pirjo, kivivuori):
    pirjo.is_staff = True
    pirjo.save()
    cast.add_totp(pirjo)
    pirjo.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    club, tag, place = (
        cast.service("Kerho", kivivuori),
        cast.category("Ero"),
        cast.location("Talo", kivivuori),
    )
    for record in (kivivuori, club, tag, place, pirjo):
        name = record._meta.label_lower.replace(".", "_")
        assert AdminClient(pirjo).open(f"{name}_change", record.pk).all(name="_save") == []


# Organisations


def test_a_coordinator_adds_an_organisation_with_phone_and_contact(kaisa_admin, vantaa, visit):
    page = kaisa_admin.add(
        Organisation,
        name_fi="Tuulikellon perhekerho",
        sector="ngo",
        status="published",
        municipalities=[vantaa.pk],
        **formset_rows("phones", {"number": "09 000 1234", "order": "0"}),
        **formset_rows("contacts", CONTACT | {"title_fi": "Toimisto", "purposes": ["general", "ngo-cooperation"]}),
    )
    assert page.errors == {}
    organisation = Organisation.objects.get(name_fi="Tuulikellon perhekerho")
    assert (
        visit("profiles:organisation", organisation.pk, "tuulikellon-perhekerho").one("h1").text == organisation.name_fi
    )
    assert organisation.phones.get().number == "09 000 1234"
    assert organisation.contacts.get().purposes == ["general", "ngo-cooperation"]


@pytest.mark.parametrize("typed", ["2077474-0", "20774740", " 2077474-0 "])
def test_a_business_id_is_stored_in_the_official_form(kaisa_admin, kivivuori, typed):
    assert kaisa_admin.change(kivivuori, business_id=typed).errors == {}
    kivivuori.refresh_from_db()
    assert kivivuori.business_id == "2077474-0"


@pytest.mark.parametrize("typed", ["2077474-1", "1234567", "2077474_0"])
def test_a_wrong_business_id_is_an_error_of_its_field(kaisa_admin, kivivuori, typed):
    page = kaisa_admin.change(kivivuori, business_id=typed, abbreviation="KPT")
    assert list(page.errors) == ["business_id"]
    assert "Y-tunnus" in page.errors["business_id"]
    assert (page.form_values["business_id"], page.form_values["abbreviation"]) == (typed, "KPT")


def test_a_published_organisation_needs_a_finnish_name(kaisa_admin, kivivuori):
    page = kaisa_admin.change(kivivuori, name_fi="  ", name_sv="Stenbergets familjehus")
    assert list(page.errors) == ["name_fi"]


def test_an_organisation_cannot_be_above_itself(kaisa_admin, kivivuori):
    club = cast.organisation("Kivivuoren kerho", parent=kivivuori)
    assert list(kaisa_admin.change(kivivuori, parent=club.pk).errors) == ["parent"]
    assert list(kaisa_admin.change(kivivuori, parent=kivivuori.pk).errors) == ["parent"]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": "Maija Meikäläinen"}, []),
        ({"title_fi": "Neuvonta"}, []),
        ({"title_sv": "Rådgivning"}, ["contacts-0-title_fi"]),
        ({"email": "neuvonta@kivivuori.example"}, ["contacts-0-name"]),
    ],
)
def test_a_contact_is_a_person_or_a_desk(kaisa_admin, kivivuori, fields, wrong):
    page = kaisa_admin.change(kivivuori, **formset_rows("contacts", CONTACT | fields))
    assert list(page.errors) == wrong


def test_an_import_reference_is_shown_and_cannot_be_edited(kaisa_admin, kivivuori):
    kivivuori.references.create(system="ptv", identifier="abc-123")
    page = kaisa_admin.change(kivivuori, abbreviation="KPT")
    assert "abc-123" in page.one(id="references-group").text
    assert not any("identifier" in name for name in page.form_values)


def test_confirming_in_the_form_records_the_user_and_the_time(kaisa_admin, kaisa, kivivuori):
    kaisa_admin.change(kivivuori, confirm_now="on")
    kivivuori.refresh_from_db()
    assert kivivuori.assured_by == kaisa
    assert kivivuori.assured_at is not None


def test_names_are_in_finnish_alphabetical_order(kaisa_admin):
    for name in ("Ömmel", "Zorro", "Ääni", "Apila"):
        cast.organisation(name)
    assert kaisa_admin.list(Organisation) == ["Apila", "Zorro", "Ääni", "Ömmel"]


@pytest.mark.parametrize("q", ["stenberg", "KPT", "2077474-0"])
def test_organisations_are_searched_by_name_abbreviation_and_business_id(kaisa_admin, city, q):
    cast.organisation({"fi": "Kivivuori", "sv": "Stenbergets familjehus"}, abbreviation="KPT", business_id="2077474-0")
    assert kaisa_admin.list(Organisation, q=q) == ["Kivivuori"]


# Areas


def test_areas_are_read_only(kaisa_admin, sirkka_admin, vantaa):
    for desk in (kaisa_admin, sirkka_admin):
        assert desk.open("organisations_municipality_change", "092").all(type="submit", name="_save") == []
        desk.open("organisations_municipality_add", status=403)
        desk.open("organisations_wellbeingcounty_delete", "04", status=403)


def test_areas_are_found_by_their_name_in_any_language_and_by_code(kaisa_admin):
    for q in ("vantaa", "vanda", "092"):
        assert kaisa_admin.list(Municipality, q=q) == ["Vantaa"]
    assert kaisa_admin.list(WellbeingCounty, q="vanda") == [cast.VAKE]


# Users


@pytest.mark.parametrize(
    "page",
    [
        "organisations_user_changelist",
        "organisations_user_add",
        "auth_group_changelist",
        "auth_group_add",
    ],
)
def test_users_and_permissions_are_closed_to_a_coordinator(kaisa_admin, sirkka_admin, page):
    kaisa_admin.open(page, status=403)
    sirkka_admin.open(page)


def test_a_coordinator_cannot_create_a_user(kaisa_admin, sirkka, kaisa):
    for user in (sirkka, kaisa):
        kaisa_admin.open("organisations_user_change", user.pk, status=403)


def test_a_coordinator_cannot_give_memberships(kaisa_admin, sirkka_admin, kivivuori, pirjo):
    row = formset_rows("memberships", {"user": pirjo.pk, "role": "admin"})
    kaisa_admin.change(kivivuori, **row, **{"memberships-INITIAL_FORMS": "0"})
    assert not Membership.objects.exists()
    sirkka_admin.change(kivivuori, **row)
    assert kivivuori.memberships.get().user == pirjo


def test_the_superuser_makes_a_coordinator_who_can_work_at_once(sirkka_admin, client):
    page = sirkka_admin.add(
        User,
        email="Uusi@Vake.example",
        name="Uusi Koordinaattori",
        usable_password="true",
        password1="vihreä-kivi-12",
        password2="vihreä-kivi-12",
    )
    assert page.errors == {}
    user = cast.add_totp(User.objects.get(email="uusi@vake.example"))
    group = Group.objects.get(name="coordinators")
    assert sirkka_admin.change(user, is_staff="on", groups=[group.pk]).errors == {}
    client.force_login(user)
    Page(client.get(view_url("admin:services_category_changelist")))


def test_one_account_per_address_whatever_the_case(sirkka_admin, kaisa):
    page = sirkka_admin.add(
        User,
        email="KAISA@vake.example",
        usable_password="true",
        password1="vihreä-kivi-12",
        password2="vihreä-kivi-12",
    )
    assert list(page.errors) == ["email"]


def test_superuser_is_warned_when_a_user_was_the_last_admin(sirkka_admin, satu, kivivuori):
    message = sirkka_admin.change(satu, is_active="").messages
    assert "Kivivuoren perhetalo" in message
    sirkka_admin.change(satu, is_active="on")
    kivivuori.memberships.create(user=cast.create_user("iiris@kivivuori.example"), role="admin")
    assert "Kivivuoren perhetalo" not in sirkka_admin.change(satu, is_active="").messages


@pytest.mark.parametrize("typed", [{"memberships-0-DELETE": "on"}, {"memberships-0-role": "editor"}])
def test_superuser_is_warned_when_an_organisation_loses_its_last_admin(sirkka_admin, satu, kivivuori, typed):
    assert "Kivivuoren perhetalo. Kutsu" in sirkka_admin.change(kivivuori, **typed).messages
    assert "Kivivuoren perhetalo. Kutsu" not in sirkka_admin.change(kivivuori, abbreviation="KPT").messages


def test_the_superuser_changes_a_password(sirkka_admin, kaisa, client):
    url = view_url("admin:auth_user_password_change", kaisa.pk)
    typed = {"usable_password": "true", "password1": "sininen-kivi-34", "password2": "sininen-kivi-34"}
    sirkka_admin.browser.post(url, typed)
    assert client.login(username="kaisa@vake.example", password="sininen-kivi-34")


def test_admin_rejects_values_that_postgresql_cannot_query(kaisa_admin):
    for model in ("service", "servicelocation"):
        kaisa_admin.open(f"services_{model}_add", status=400, organisation="\x00", municipality="\x00")


def test_too_many_fields_do_not_break_the_error_page(satu):
    AdminClient(satu).open("index", status=403, field=["x"] * 3_000)
