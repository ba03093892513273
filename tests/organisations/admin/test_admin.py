"""The desk: organisations with contacts, areas, people. Kaisa coordinates; Sirkka is the superuser."""

import pytest
from django.contrib.auth.models import Group, Permission

from organisations.models import Membership, Municipality, Organisation, User, WellbeingCounty
from tests import cast
from tests.admin_client import Desk, rows
from tests.html_page import Page, address

CONTACT = {"name": "", "title_fi": "", "order": "0", "visibility": "public"}


# The way in


def test_the_desk_asks_visitors_to_sign_in(client):
    answer = client.get(address("admin:index"))
    desk = address("admin:index")
    way_in = client.get(answer.url)
    assert way_in.request["PATH_INFO"] == address("account_login")
    assert {field["value"] for field in Page(way_in).all("input", name="next")} == {desk}


def test_the_desk_is_closed_to_those_who_do_not_coordinate(pirjos_browser):
    answer = pirjos_browser.get(address("admin:index"), follow=True)
    assert answer.status_code == 403


@pytest.mark.parametrize("lang", ["fi", "sv", "en"])
def test_the_desk_speaks_three_languages_and_the_switch_stays_on_the_page(kaisa, lang):
    page = Desk(kaisa, lang).open("organisations_organisation_changelist", q="koti")
    assert page.language == lang
    assert page.languages == {
        other: f"/{other}/admin/organisations/organisation/?q=koti" for other in ("fi", "sv", "en")
    }


def test_the_desk_leads_to_the_public_site_in_the_same_language(kaisa):
    links = Desk(kaisa, "sv").open("index").one(id="user-tools").all("a")
    assert links[0]["href"] == "/sv/"


def test_somebody_may_be_let_in_only_to_look(pirjo, kivivuori):
    pirjo.is_staff = True
    pirjo.save()
    cast.with_second_step(pirjo)
    pirjo.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    club, tag, place = (
        cast.service("Kerho", kivivuori),
        cast.category("Ero"),
        cast.location("Talo", kivivuori),
    )
    for record in (kivivuori, club, tag, place, pirjo):
        name = record._meta.label_lower.replace(".", "_")
        assert Desk(pirjo).open(f"{name}_change", record.pk).all(name="_save") == []


# Organisations


def test_a_coordinator_adds_an_organisation_with_phone_and_contact(kaisas_desk, vantaa, visit):
    page = kaisas_desk.add(
        Organisation,
        name_fi="Tuulikellon perhekerho",
        sector="ngo",
        status="published",
        municipalities=[vantaa.pk],
        **rows("phones", {"number": "09 000 1234", "order": "0"}),
        **rows("contacts", CONTACT | {"title_fi": "Toimisto", "purposes": ["general", "ngo-cooperation"]}),
    )
    assert page.errors == {}
    made = Organisation.objects.get(name_fi="Tuulikellon perhekerho")
    assert visit("profiles:organisation", made.pk, "tuulikellon-perhekerho").one("h1").text == made.name_fi
    assert made.phones.get().number == "09 000 1234"
    assert made.contacts.get().purposes == ["general", "ngo-cooperation"]


@pytest.mark.parametrize("typed", ["2077474-0", "20774740", " 2077474-0 "])
def test_a_business_id_is_kept_as_it_is_written_officially(kaisas_desk, kivivuori, typed):
    assert kaisas_desk.change(kivivuori, business_id=typed).errors == {}
    kivivuori.refresh_from_db()
    assert kivivuori.business_id == "2077474-0"


@pytest.mark.parametrize("typed", ["2077474-1", "1234567", "2077474_0"])
def test_a_wrong_business_id_is_told_at_its_field(kaisas_desk, kivivuori, typed):
    page = kaisas_desk.change(kivivuori, business_id=typed, abbreviation="KPT")
    assert list(page.errors) == ["business_id"]
    assert "Y-tunnus" in page.errors["business_id"]
    assert (page.typed["business_id"], page.typed["abbreviation"]) == (typed, "KPT")


def test_a_published_organisation_needs_a_finnish_name(kaisas_desk, kivivuori):
    page = kaisas_desk.change(kivivuori, name_fi="  ", name_sv="Stenbergets familjehus")
    assert list(page.errors) == ["name_fi"]


def test_an_organisation_cannot_be_above_itself(kaisas_desk, kivivuori):
    club = cast.organisation("Kivivuoren kerho", parent=kivivuori)
    assert list(kaisas_desk.change(kivivuori, parent=club.pk).errors) == ["parent"]
    assert list(kaisas_desk.change(kivivuori, parent=kivivuori.pk).errors) == ["parent"]


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"name": "Maija Meikäläinen"}, []),
        ({"title_fi": "Neuvonta"}, []),
        ({"title_sv": "Rådgivning"}, ["contacts-0-title_fi"]),
        ({"email": "neuvonta@kivivuori.example"}, ["contacts-0-name"]),
    ],
)
def test_a_contact_is_a_person_or_a_desk(kaisas_desk, kivivuori, given, wrong):
    page = kaisas_desk.change(kivivuori, **rows("contacts", CONTACT | given))
    assert list(page.errors) == wrong


def test_what_was_imported_shows_its_source_and_cannot_be_edited(kaisas_desk, kivivuori):
    kivivuori.references.create(system="ptv", identifier="abc-123")
    page = kaisas_desk.change(kivivuori, abbreviation="KPT")
    assert "abc-123" in page.one(id="references-group").text
    assert not any("identifier" in name for name in page.typed)


def test_confirming_in_the_form_tells_who_and_when(kaisas_desk, kaisa, kivivuori):
    kaisas_desk.change(kivivuori, confirm_now="on")
    kivivuori.refresh_from_db()
    assert kivivuori.assured_by == kaisa
    assert kivivuori.assured_at is not None


def test_names_are_in_finnish_alphabetical_order(kaisas_desk):
    for name in ("Ömmel", "Zorro", "Ääni", "Apila"):
        cast.organisation(name)
    assert kaisas_desk.list(Organisation) == ["Apila", "Zorro", "Ääni", "Ömmel"]


@pytest.mark.parametrize("q", ["stenberg", "KPT", "2077474-0"])
def test_organisations_are_searched_by_name_abbreviation_and_business_id(kaisas_desk, city, q):
    cast.organisation({"fi": "Kivivuori", "sv": "Stenbergets familjehus"}, abbreviation="KPT", business_id="2077474-0")
    assert kaisas_desk.list(Organisation, q=q) == ["Kivivuori"]


# Areas


def test_areas_are_to_look_up_only(kaisas_desk, sirkkas_desk, vantaa):
    for desk in (kaisas_desk, sirkkas_desk):
        assert desk.open("organisations_municipality_change", "092").all(type="submit", name="_save") == []
        desk.open("organisations_municipality_add", status=403)
        desk.open("organisations_wellbeingcounty_delete", "04", status=403)


def test_areas_are_found_by_their_name_in_any_language_and_by_code(kaisas_desk):
    for q in ("vantaa", "vanda", "092"):
        assert kaisas_desk.list(Municipality, q=q) == ["Vantaa"]
    assert kaisas_desk.list(WellbeingCounty, q="vanda") == [cast.VAKE]


# People


@pytest.mark.parametrize(
    "page",
    [
        "organisations_user_changelist",
        "organisations_user_add",
        "auth_group_changelist",
        "auth_group_add",
    ],
)
def test_people_and_their_rights_are_closed_to_a_coordinator(kaisas_desk, sirkkas_desk, page):
    kaisas_desk.open(page, status=403)
    sirkkas_desk.open(page)


def test_a_coordinator_cannot_open_an_account(kaisas_desk, sirkka, kaisa):
    for user in (sirkka, kaisa):
        kaisas_desk.open("organisations_user_change", user.pk, status=403)


def test_a_coordinator_cannot_give_memberships(kaisas_desk, sirkkas_desk, kivivuori, pirjo):
    row = rows("memberships", {"user": pirjo.pk, "role": "admin"})
    kaisas_desk.change(kivivuori, **row, **{"memberships-INITIAL_FORMS": "0"})
    assert not Membership.objects.exists()
    sirkkas_desk.change(kivivuori, **row)
    assert kivivuori.memberships.get().user == pirjo


def test_the_superuser_makes_a_coordinator_who_can_work_at_once(sirkkas_desk, client):
    page = sirkkas_desk.add(
        User,
        email="Uusi@Vake.example",
        name="Uusi Koordinaattori",
        usable_password="true",
        password1="vihreä-kivi-12",
        password2="vihreä-kivi-12",
    )
    assert page.errors == {}
    made = cast.with_second_step(User.objects.get(email="uusi@vake.example"))
    group = Group.objects.get(name="coordinators")
    assert sirkkas_desk.change(made, is_staff="on", groups=[group.pk]).errors == {}
    client.force_login(made)
    Page(client.get(address("admin:services_category_changelist")))


def test_one_account_per_address_whatever_the_case(sirkkas_desk, kaisa):
    page = sirkkas_desk.add(
        User,
        email="KAISA@vake.example",
        usable_password="true",
        password1="vihreä-kivi-12",
        password2="vihreä-kivi-12",
    )
    assert list(page.errors) == ["email"]


def test_the_superuser_is_told_whose_last_admin_goes(sirkkas_desk, satu, kivivuori):
    said = sirkkas_desk.change(satu, is_active="").said
    assert "Kivivuoren perhetalo" in said
    sirkkas_desk.change(satu, is_active="on")
    kivivuori.memberships.create(user=cast.person("iiris@kivivuori.example"), role="admin")
    assert "Kivivuoren perhetalo" not in sirkkas_desk.change(satu, is_active="").said


@pytest.mark.parametrize("typed", [{"memberships-0-DELETE": "on"}, {"memberships-0-role": "editor"}])
def test_the_superuser_is_told_that_the_organisation_lost_its_last_admin(sirkkas_desk, satu, kivivuori, typed):
    assert "Kivivuoren perhetalo. Kutsu" in sirkkas_desk.change(kivivuori, **typed).said
    assert "Kivivuoren perhetalo. Kutsu" not in sirkkas_desk.change(kivivuori, abbreviation="KPT").said


def test_the_superuser_changes_a_password(sirkkas_desk, kaisa, client):
    url = address("admin:auth_user_password_change", kaisa.pk)
    typed = {"usable_password": "true", "password1": "sininen-kivi-34", "password2": "sininen-kivi-34"}
    sirkkas_desk.browser.post(url, typed)
    assert client.login(username="kaisa@vake.example", password="sininen-kivi-34")


def test_desk_refuses_what_no_database_can_look_for(kaisas_desk):
    for model in ("service", "servicelocation"):
        kaisas_desk.open(f"services_{model}_add", status=400, organisation="\x00", municipality="\x00")


def test_too_many_fields_do_not_break_the_page_of_a_refusal(satu):
    Desk(satu).open("index", status=403, field=["x"] * 3_000)
