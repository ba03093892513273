"""Claims to organisations and new organisations: requests, evidence and decisions."""

import pytest
from django.contrib.auth import base_user
from django.contrib.auth.hashers import make_password

from organisations.actions import claims, domain_evidence
from organisations.actions.claims import add_organisation, claim_organisation
from organisations.models import Claim, Organisation, User
from tests import cast
from tests.admin_client import AdminClient
from tests.html_page import Page, view_url

NEW_PERSON = {"name": "Uusi", "password1": "vihreä-kivi-12"}
NEW_ORGANISATION = {"name": "Uusi yhdistys", "sector": "ngo", "text": "Olen puheenjohtaja"}


@pytest.fixture
def talo(db):
    """An imported organisation without members."""
    return cast.organisation("Tuulikellon talo", website="https://www.tuulikello.example/", works_in="Vantaa")


@pytest.fixture
def tuuli(db):
    """A person with an address in its domain."""
    return cast.create_user("tuuli@tuulikello.example", name="Tuuli Toimija", language="sv")


@pytest.fixture
def claim(talo, tuuli):
    return claim_organisation(organisation=talo, user=tuuli, text="Toiminnanjohtaja")


class ClaimAdminClient(AdminClient):
    def decide(self, claim, button, **typed):
        url = self._url("organisations_claim_change", claim.pk)
        return self.browser.post(url, {button: "x"} | typed, follow=True)


def admins_of(organisation):
    return [m.user for m in organisation.memberships.filter(role="admin")]


# Requests


def test_organisation_page_links_to_the_claim(talo, open_page):
    assert open_page(talo).main.all("a", href=view_url("people:claim", talo.pk))


def test_visitor_signs_up_and_claims(talo, visitor, mailbox):
    page = visitor.send(visitor.go("people:claim", talo.pk))
    page = visitor.send(page, name="Uusi", email="uusi@tuulikello.example", password1="vihreä-kivi-12")
    page = visitor.send(page, code=mailbox[0].code)
    assert page.path == view_url("people:claim", talo.pk)
    visitor.send(page, text="Ohjaaja")
    claim = Claim.objects.get()
    assert (claim.organisation, claim.user.email, claim.state) == (talo, "uusi@tuulikello.example", "open")
    assert admins_of(talo) == []


def test_sign_up_hashes_a_password_also_for_an_existing_address(talo, pirjo, sign_in, mailbox, monkeypatch):
    hashed = []
    monkeypatch.setattr(base_user, "make_password", lambda password: hashed.append(password) or make_password(password))
    for email in ("uusi@tuulikello.example", pirjo.email):
        browser = sign_in()
        page = browser.send(browser.send(browser.go("people:claim", talo.pk)), **NEW_PERSON, email=email)
        assert page.path == view_url("account_email_verification_sent")
    assert len(hashed) == 2
    assert [letter.to for letter in mailbox] == [["uusi@tuulikello.example"], [pirjo.email]]


def test_name_of_a_user_is_one_line_in_every_mail(talo, visitor, mailbox):
    page = visitor.send(visitor.go("people:claim", talo.pk))
    visitor.send(
        page, **NEW_PERSON | {"name": "Uusi\r\n\r\nHei, kirjaudu:  evil.example"}, email="uusi@tuulikello.example"
    )
    assert User.objects.get(email="uusi@tuulikello.example").name == "Uusi Hei, kirjaudu: evil.example"


def test_opening_the_claim_sets_no_cookie(talo, client):
    assert not client.get(view_url("people:claim", talo.pk)).cookies.get("sessionid")


def test_organisation_cannot_be_claimed_twice(talo, tuuli, sign_in):
    at_tuuli = sign_in(tuuli)
    page = at_tuuli.go("people:claim", talo.pk)
    at_tuuli.send(page, text="Ohjaaja")
    again = at_tuuli.send(page, text="Uudestaan")
    assert again.one(role="alert")
    assert again.main.one("textarea").text.strip() == "Uudestaan"
    assert Claim.objects.count() == 1


def test_second_claim_is_refused_before_the_form_is_filled_in(claim, talo, tuuli, sign_in):
    page = sign_in(tuuli).go("people:claim", talo.pk)
    assert "Olet jo pyytänyt" in page.main.text
    assert not page.main.all("textarea")


def test_claim_is_withdrawn_only_by_its_user(claim, tuuli, pirjo, sign_in):
    theirs = view_url("people:claim-withdraw", claim.pk)
    at_pirjo = sign_in(pirjo)
    assert at_pirjo.browser.post(theirs).status_code == 404
    at_tuuli = sign_in(tuuli)
    at_tuuli.send(at_tuuli.go("dashboard:account"), form=theirs)
    assert not Claim.objects.exists()


def test_withdrawing_deletes_the_added_organisation(tuuli, sign_in):
    at_tuuli = sign_in(tuuli)
    page = at_tuuli.send(at_tuuli.go("people:add"), **NEW_ORGANISATION)
    at_tuuli.send(page, form=view_url("people:claim-withdraw", Claim.objects.get().pk))
    assert not Organisation.objects.exists()


@pytest.mark.parametrize(
    "again", [NEW_ORGANISATION, {**NEW_ORGANISATION, "name": "Uusi yhdistys ry", "website": "https://uusi.example"}]
)
def test_same_organisation_cannot_be_added_twice(tuuli, sign_in, again):
    at_tuuli = sign_in(tuuli)
    page = at_tuuli.go("people:add")
    at_tuuli.send(page, **NEW_ORGANISATION)
    page = at_tuuli.send(page, **again)
    assert "Olet jo lisännyt" in page.one(role="alert").text
    assert Organisation.objects.count() == Claim.objects.count() == 1


def test_drafts_cannot_be_claimed(visitor):
    hidden = cast.organisation("Luonnos", status="draft")
    visitor.go("people:claim", hidden.pk, status=404)


def test_new_account_shows_no_contacts_for_professionals(talo, visitor, kaisa, mailbox):
    """Anyone may sign up to claim, but only an approved user counts as a professional."""
    cast.contact("Päivystys", talo, visibility="professionals")
    page = visitor.send(visitor.go("people:claim", talo.pk))
    page = visitor.send(page, name="Uusi", email="uusi@muu.example", password1="vihreä-kivi-12")
    visitor.send(visitor.send(page, code=mailbox[0].code), text="Ohjaaja")
    assert "Päivystys" not in visitor.open(cast.record_url(talo)).text
    ClaimAdminClient(kaisa).decide(Claim.objects.get(), "_approve")
    assert "Päivystys" in visitor.open(cast.record_url(talo)).text


# Evidence


@pytest.mark.parametrize(
    ("email", "website", "shared"),
    [
        ("tuuli@tuulikello.example", "https://www.tuulikello.example/", True),
        ("tuuli@tuulikello.example", "https://tuulikello.example/vantaa", True),
        ("tuuli@muu.example", "https://www.tuulikello.example/", False),
        ("tuuli@evil-tuulikello.example", "https://tuulikello.example/", False),
        ("tuuli@tuulikello.example", "https://talo.tuulikello.example/", False),
        ("tuuli@gmail.com", "https://gmail.com/", False),
        ("tuuli@evl.fi", "https://www.evl.fi/", False),
        ("tuuli@facebook.com", "https://www.facebook.com/tuulikello", False),
        ("tuuli@tuulikello.example", "", False),
    ],
)
def test_address_in_the_domain_of_the_website(email, website, shared):
    assert domain_evidence.has_organisation_domain(email, Organisation(website_fi=website)) is shared


@pytest.mark.parametrize("email", ["tuuli@tuulikello.example", "tuuli@gmail.com", "tuuli@muu.example"])
def test_coordinator_sees_the_kind_of_email_domain(talo, kaisa_admin, email):
    claim = claim_organisation(organisation=talo, user=cast.create_user(email), text="Ohjaaja")
    evidence = kaisa_admin.open("organisations_claim_change", claim.pk).one(id="evidence")
    assert email in evidence.text
    assert ("✓" in evidence.text) == (email == "tuuli@tuulikello.example")


def test_website_of_a_new_organisation_is_no_evidence(kaisa_admin):
    user = cast.create_user("huijari@uusi.example")
    claim = add_organisation(
        user=user, name="Uusi", language="fi", sector="ngo", business_id="", website="https://uusi.example/",
        municipality=None, text="Olen puheenjohtaja",
    )  # fmt: skip
    evidence = kaisa_admin.open("organisations_claim_change", claim.pk).one(id="evidence")
    assert "✓" not in evidence.text
    assert evidence.all("a", href="https://uusi.example/")


def test_coordinator_sees_the_organisations_below_a_federation(claim, talo, kaisa_admin):
    cast.organisation("Tuulikellon paikallisyhdistys", parent=talo)
    evidence = kaisa_admin.open("organisations_claim_change", claim.pk).one(id="evidence")
    assert "Tuulikellon paikallisyhdistys" in evidence.text


# Decisions


def test_approved_user_becomes_admin_and_gets_a_mail_in_the_own_language(claim, talo, tuuli, kaisa, mailbox):
    ClaimAdminClient(kaisa).decide(claim, "_approve")
    assert admins_of(talo) == [tuuli]
    claim.refresh_from_db()
    assert (claim.state, claim.decided_by, claim.text) == ("approved", kaisa, "")
    (letter,) = mailbox.of(tuuli.email)
    assert letter.links == [view_url("dashboard:account", lang="sv")]


def test_declined_user_gets_only_a_mail(claim, talo, tuuli, kaisa, mailbox):
    ClaimAdminClient(kaisa).decide(claim, "_decline")
    assert admins_of(talo) == []
    (letter,) = mailbox.of(tuuli.email)
    assert "palvelukartta@example.org" in letter.text
    assert not User.objects.filter(memberships__organisation=talo).exists()


def test_reason_for_declining_is_mailed_and_not_stored(claim, tuuli, kaisa, mailbox):
    page = Page(ClaimAdminClient(kaisa).decide(claim, "_decline", reason="Emme tavoittaneet puheenjohtajaa."))
    (letter,) = mailbox.of(tuuli.email)
    assert "Emme tavoittaneet puheenjohtajaa." in letter.text
    assert "Emme tavoittaneet" not in str(Claim.objects.values().get())
    # The admin confirms the decision and lists the other open claims.
    assert "Tuuli Toimija" in page.text and "Tuulikellon talo" in page.text
    assert "state__exact=open" in page.response.redirect_chain[-1][0]


def test_decision_is_made_once(claim, talo, kaisa, mailbox):
    desk = ClaimAdminClient(kaisa)
    desk.decide(claim, "_decline")
    desk.decide(claim, "_approve")
    assert admins_of(talo) == []
    assert len(mailbox) == 1


def test_coordinators_see_the_requests_of_their_own_counties(claim, kaisa, kaisa_admin):
    far = cast.organisation("Napapiirin talo", works_in="Rovaniemi")
    other_claim = claim_organisation(organisation=far, user=cast.create_user("x@far.example"), text="Ohjaaja")
    assert kaisa_admin.list(Claim) == ["Tuulikellon talo"]
    ClaimAdminClient(kaisa).decide(other_claim, "_approve")
    assert admins_of(far) == []


# Approval by domain


@pytest.mark.parametrize(
    ("sector", "email", "passes"),
    [
        ("ngo", "tuuli@tuulikello.example", True),
        ("ngo", "tuuli@gmail.com", False),
        # Public bodies have thousands of addresses.
        ("municipality", "tuuli@tuulikello.example", False),
        ("county", "tuuli@tuulikello.example", False),
    ],
)
def test_setting_approves_a_matching_domain(talo, settings, sector, email, passes):
    settings.CLAIMS_BY_DOMAIN = True
    talo.sector = sector
    talo.save()
    user = cast.create_user(email)
    claim_organisation(organisation=talo, user=user, text="Ohjaaja")
    assert admins_of(talo) == ([user] if passes else [])


def test_domain_rule_applies_only_without_members(talo, tuuli, aino, settings):
    settings.CLAIMS_BY_DOMAIN = True
    talo.memberships.create(user=aino, role="admin")
    claim_organisation(organisation=talo, user=tuuli, text="Ohjaaja")
    assert admins_of(talo) == [aino]


def test_without_the_setting_a_coordinator_decides(claim, talo):
    assert admins_of(talo) == []


# New organisations


def test_new_organisation_is_a_draft_until_a_coordinator_publishes_it(tuuli, sign_in, visit, kaisa, mailbox, vantaa):
    at_tuuli = sign_in(tuuli)
    at_tuuli.send(at_tuuli.go("people:add"), **NEW_ORGANISATION, municipality=vantaa.pk, business_id="20774740")
    organisation = Organisation.objects.get()
    assert (organisation.status, organisation.name_fi, organisation.business_id) == (
        "draft",
        "Uusi yhdistys",
        "2077474-0",
    )
    visit("profiles:organisation", organisation.pk, "uusi-yhdistys", status=404)
    ClaimAdminClient(kaisa).decide(Claim.objects.get(), "_approve")
    assert admins_of(organisation) == [tuuli]
    at_tuuli.go("people:members", organisation.pk)


def test_declined_new_organisation_is_archived(tuuli, sign_in, kaisa, mailbox):
    at_tuuli = sign_in(tuuli)
    at_tuuli.send(at_tuuli.go("people:add"), **NEW_ORGANISATION)
    ClaimAdminClient(kaisa).decide(Claim.objects.get(), "_decline")
    assert Organisation.objects.get().status == "archived"


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "Tuulikellon Talo ry"},
        {"name": "Jokin aivan muu", "business_id": "2077474-0"},
        {"name": "Jokin aivan muu", "website": "http://tuulikello.example/etusivu"},
    ],
)
def test_likely_duplicate_is_shown_before_adding(talo, tuuli, sign_in, fields):
    Organisation.objects.update(business_id="2077474-0")
    at_tuuli = sign_in(tuuli)
    page = at_tuuli.send(at_tuuli.go("people:add"), **{**NEW_ORGANISATION, **fields})
    assert page.main.all("a", href=view_url("people:claim", talo.pk))
    assert Organisation.objects.count() == 1
    at_tuuli.send(page, is_new="on")
    assert Organisation.objects.count() == 2


def test_different_name_is_no_duplicate(talo, tuuli, sign_in):
    at_tuuli = sign_in(tuuli)
    at_tuuli.send(at_tuuli.go("people:add"), **NEW_ORGANISATION)
    assert Organisation.objects.count() == 2


def test_page_on_a_shared_host_is_no_duplicate(talo, tuuli, sign_in):
    Organisation.objects.update(website_fi="https://www.facebook.com/tuulikello")
    at_tuuli = sign_in(tuuli)
    at_tuuli.send(at_tuuli.go("people:add"), **NEW_ORGANISATION, website="https://www.facebook.com/uusi")
    assert Organisation.objects.count() == 2


def test_number_of_open_claims_of_a_user_is_limited(claim, tuuli, sign_in, monkeypatch):
    at_tuuli = sign_in(tuuli)
    organisation = cast.organisation("Muu yhdistys")
    adding, asking = at_tuuli.go("people:add"), at_tuuli.go("people:claim", organisation.pk)
    monkeypatch.setattr(claims, "MAX_OPEN_CLAIMS", 1)
    page = at_tuuli.send(adding, **NEW_ORGANISATION)
    assert page.main.one("input", name="name")["value"] == NEW_ORGANISATION["name"]
    at_tuuli.send(asking, text="Olen puheenjohtaja")
    assert list(Claim.objects.all()) == [claim]
    # The refusal is shown before the form is filled in.
    for page in (at_tuuli.go("people:add"), at_tuuli.go("people:claim", organisation.pk)):
        assert "odottaa jo koordinaattoria" in page.main.text
        assert not page.main.all("textarea")


@pytest.mark.parametrize("wrong", [{"name": ""}, {"sector": "x"}, {"text": ""}, {"business_id": "1234567-8"}])
def test_errors_are_shown_at_their_fields(tuuli, sign_in, wrong):
    at_tuuli = sign_in(tuuli)
    page = at_tuuli.send(at_tuuli.go("people:add"), **{**NEW_ORGANISATION, **wrong})
    assert page.main.all(id=f"id_{next(iter(wrong))}_error")
    # The summary names the missing field, not only that one is required.
    (line,) = page.main.one(class_="errors").all("li")
    assert ": " in line.text
    assert not Organisation.objects.exists()
