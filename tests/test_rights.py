"""The access rights to every route of the site, by role.

A new route fails `test_every_route_is_in_the_table` until it has a row in the table.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone, translation

from organisations.actions.claims import claim_organisation
from organisations.actions.invitations import invite
from organisations.models import Membership, Organisation, User, WellbeingCounty
from services.actions.confirm_tokens import confirm_token
from services.actions.referral_lists import ItemAdvice, hand_over, list_token
from services.models import (
    CategoryProposal,
    Change,
    ImportRun,
    LinkCheck,
    ListTemplate,
    MistakeReport,
    PathStep,
    SavedSearch,
    SearchCount,
    ServicePath,
)
from tests import cast

from .rights_table import RIGHTS_TABLE, ROLES


@dataclass(frozen=True)
class Row:
    route: str
    method: str
    answers: dict[str, str]


def rows() -> Iterator[Row]:
    """The rows of the table with abbreviations expanded: {a,b}, room:*, and an answer for all following columns.

    A line without answers has those of the next line.
    """
    names: list[str] = []
    for line in RIGHTS_TABLE.splitlines()[2:]:
        words = [] if line.startswith("#") else line.split()
        names += [word for word in words if not ANSWER.fullmatch(word)]
        answers = [word for word in words if ANSWER.fullmatch(word)]
        if not answers:
            continue
        method = names.pop(0) if names[0] == "POST" else "GET"
        answers += answers[-1:] * (len(ROLES) - len(answers))
        for route in chain.from_iterable(map(_expand_route_name, names)):
            yield Row(route, method, dict(zip(ROLES, answers, strict=True)))
        names = []


ANSWER = re.compile(r"ok|in|away|404|403|post")


def _expand_route_name(name: str) -> list[str]:
    if name.endswith(":*"):
        return [route for route in routes() if route.startswith(name[:-1])]
    if match := re.fullmatch(r"(.*)\{(.*)\}", name):
        return [match[1] + ending for ending in match[2].split(",")]
    return [name]


def routes(patterns=None, namespace="") -> Iterator[str]:
    """The names of all routes; unnamed ones only redirect."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if not isinstance(pattern, URLPattern):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern.url_patterns, inner)
        elif pattern.name == "app_list":
            yield from (f"{namespace}app_list:{app}" for app in ("organisations", "services", "auth"))
        elif pattern.name:
            yield f"{namespace}{pattern.name}"


# Users and records of the table

FORM_KEY = "key-of-the-form-of-a-list"
PROFILE_ROUTES = ("profile", "profile-preview", "profile-publish", "profile-discard", "contacts", "contact-new")
TAXONOMY_ROUTES = ("category", "move", "words", "merge", "undo-merger")
SERVICE_ROUTES = ("edit", "preview", "publish", "discard", "copy", "end")


class RightsRecords:
    """One record of each kind, and a user of each role."""

    def __init__(self):
        self.above = cast.organisation("Perheliitto", works_in="Vantaa")
        self.home = cast.organisation("Kivivuoren perhetalo", works_in="Vantaa", parent=self.above)
        self.other = cast.organisation("Napapiirin perheet", works_in="Rovaniemi")
        self.club = cast.service("Perhekerho", self.home)
        self.place = cast.location("Perhetalo", self.home)
        self.contact = cast.contact("Perhetyö", self.home)
        self.tag, self.word = cast.category("Ero"), cast.concept("ero")
        self.report = MistakeReport.objects.create(
            organisation=self.home, service=self.club, kind="hours", language="fi"
        )
        self.proposal = CategoryProposal.objects.create(service=self.club, text="Isovanhemmat")
        self.run = ImportRun.objects.create(system="ptv", source="x", started_at=timezone.now(), outcome="done")
        self.count = SearchCount.objects.create(week="2026-11-16", language="fi", text="ero", results=1, times=9)
        self.link = LinkCheck.objects.create(address="https://a.example/", checked_at=timezone.now(), result="works")
        self.path = ServicePath.objects.create(name_fi="Ero", county_id="04")
        self.step = PathStep.objects.create(path=self.path, position=1, title_fi="Puhutaan")
        self.template = ListTemplate.objects.create(name="Ero", organisation=self.home)
        self.people = {role: self._person(role) for role in ROLES if role != "visitor"}
        self.search = SavedSearch.objects.create(
            user=self.people["pro"], name="Erot", query="q=ero", language="fi", checked_at=timezone.now()
        )
        self.member = Membership.objects.get(user=self.people["admin"])
        self.list = hand_over(
            advice=[ItemAdvice(service=self.club, next_step="call")],
            title="services",
            language="fi",
            days=30,
            form_key=FORM_KEY,
            user=self.people["pro"],
        )
        self.invitation, self.token = invite(
            organisation=self.home,
            email="uusi@kivivuori.example",
            role="editor",
            language="fi",
            invited_by=self.people["admin"],
        )
        self.claim = claim_organisation(
            organisation=self.home, user=cast.create_user("eeva@talo.example"), text="Ohjaaja"
        )

    def _person(self, role: str) -> User:
        user = cast.create_user(f"{role}@talo.example", name=role)
        belongs = {
            "editor": (self.home, "editor"),
            "admin": (self.home, "admin"),
            "parent": (self.above, "admin"),
            "oth-ed": (self.other, "editor"),
            "oth-ad": (self.other, "admin"),
        }
        if role in belongs:
            organisation, in_it = belongs[role]
            Membership.objects.create(user=user, organisation=organisation, role=in_it)
        if role in ("coord", "oth-co", "super"):
            user.is_staff, user.is_superuser = True, role == "super"
            user.save()
            cast.add_totp(user)
        if role in ("coord", "oth-co"):
            user.groups.add(Group.objects.get(name="coordinators"))
            user.coordinates.set(
                WellbeingCounty.objects.filter(name_fi=cast.VAKE if role == "coord" else "Lapin hyvinvointialue")
            )
        return user

    def address(self, route: str) -> str:
        name, *args = self._arguments(route)
        with translation.override("fi"):
            return reverse(name, args=args)

    def _arguments(self, route: str) -> list:
        home, slug = self.home.pk, "kivivuoren-perhetalo"
        if match := re.fullmatch(
            r"admin:(organisations|services|auth)_(\w+?)_(change|history|delete|password_change)", route
        ):
            return [route, self._record(match[2]).pk]
        if route.startswith("admin:app_list:"):
            return ["admin:app_list", route.rpartition(":")[2]]
        values = {
            "sitemap-section": ["services-fi"],
            **self._handing_over_arguments(),
            "taxonomy:add": ["theme"],
            **{f"taxonomy:{what}": [self.tag.pk] for what in TAXONOMY_ROUTES},
            "service-link": [self.club.pk],
            "finding:service": [self.club.pk, "perhekerho"],
            "profiles:organisation": [home, slug],
            "people:members": [home],
            "people:claim": [home],
            "people:claim-withdraw": [self.claim.pk],
            "people:role": [home, self.member.pk],
            "people:remove": [home, self.member.pk],
            "people:invitation-renew": [home, self.invitation.pk],
            "people:invitation-revoke": [home, self.invitation.pk],
            "people:invitation": [self.token],
            "history:record": ["service", self.club.pk],
            "history:version": ["service", self.club.pk, Change.objects.latest("pk").pk],
            "usage:organisation": [home],
            "editing:services": [home],
            **{f"editing:{what}": [home] for what in PROFILE_ROUTES},
            **{f"editing:contact{what}": [self.contact.pk] for what in ("", "-move", "-remove")},
            "editing:new": [home],
            "editing:places": [home],
            "editing:place-new": [home],
            "editing:place": [self.place.pk],
            "editing:place-use": [self.place.pk],
            **{f"editing:{what}": [self.club.pk] for what in SERVICE_ROUTES},
            "confirming:confirm": [home],
            "reports:answer": [home],
            "dashboard:dismiss-answer": [self.proposal.pk],
            "confirming:confirm-by-link": [confirm_token(self.member)],
            "openid_connect_login": ["vake"],
            "openid_connect_callback": ["vake"],
            "account_reset_password_from_key": ["1", "abc-def"],
            "mfa_remove_webauthn": [1],
            "mfa_edit_webauthn": [1],
            "admin:view_on_site": [ContentType.objects.get_for_model(self.home).pk, home],
            "reports:service": [self.club.pk, "perhekerho"],
            "reports:service-thanks": [self.club.pk, "perhekerho"],
            "reports:organisation": [home, slug],
            "reports:organisation-thanks": [home, slug],
        }
        return [route, *values.get(route, [])]

    def _handing_over_arguments(self) -> dict[str, list]:
        return {
            "referrals:service": [self.club.pk],
            "referrals:refer": [self.club.pk],
            "referrals:list": [self.list.pk],
            "referrals:revoke": [self.list.pk],
            "referrals:template-remove": [self.template.pk],
            "searches:mail": [self.search.pk],
            "searches:remove": [self.search.pk],
            "searches:feed": [self.search.pk, self.search.feed_token],
            "paths:path": [self.path.pk, "ero"],
            **{f"paths:{what}": [self.path.pk] for what in ("edit", "publish", "remove", "add-step")},
            **{f"paths:{what}": [self.step.pk] for what in ("step", "move-step", "remove-step")},
            "family:list": [list_token(FORM_KEY)],
            "family:list-in": [list_token(FORM_KEY), "ar"],
            "family:answer": [list_token(FORM_KEY), "ar", 1],
        }

    def _record(self, kind: str):
        records = {
            "organisation": self.home,
            "claim": self.claim,
            "user": self.people["pro"],
            "group": Group.objects.get(name="coordinators"),
            "service": self.club,
            "servicelocation": self.place,
            "category": self.tag,
            "categoryproposal": self.proposal,
            "concept": self.word,
            "mistakereport": self.report,
            "importrun": self.run,
            "linkcheck": self.link,
            "searchcount": self.count,
            "municipality": self.home.municipalities.get(),
            "wellbeingcounty": self.home.municipalities.get().county,
        }
        return records[kind]


@pytest.fixture(scope="module")
def rights_records(django_db_setup, django_db_blocker):
    yield from cast.shared_data(django_db_blocker, RightsRecords)


def answer_of(response, row: Row) -> str:
    if response.status_code in (301, 302):
        leads_to = response["Location"].partition("?")[0]
        if leads_to in (reverse("account_login"), reverse("account_reauthenticate")):
            return "in"
        if leads_to == reverse("admin:index") and row.route != "admin:login":
            return "404"  # the admin redirects if the record does not exist
        return "ok" if row.method == "POST" else "away"
    # 400: a map without bounds. 401: the page about a failed OIDC login. 409: an edit conflict.
    return {200: "ok", 204: "ok", 400: "ok", 401: "ok", 405: "post", 409: "ok"}.get(
        response.status_code, str(response.status_code)
    )


def test_every_route_is_in_the_table():
    table_routes = {row.route for row in rows()}
    assert set(routes()) - table_routes == set()
    assert table_routes - set(routes()) == set()


@pytest.mark.parametrize("role", ROLES)
def test_every_route_responds_as_in_the_table(role, rights_records, db):
    failures = []
    browser = None
    for row in rows():
        # One session for the pages; forms may end it, or log somebody in.
        if browser is None or row.method == "POST" or role == "visitor" or "_auth_user_id" not in browser.session:
            browser = Client()
            if role != "visitor":
                browser.force_login(rights_records.people[role])
        response = browser.generic(row.method, rights_records.address(row.route))
        answer, expected = answer_of(response, row), row.answers[role]
        if answer != expected:
            failures.append(f"{row.method} {row.route}: {answer}, not {expected}")
    assert not failures, "\n".join(failures)


# Routes open only to members.
MEMBER_ROUTE_PATTERN = re.compile(
    r"(people:(members|role|remove|invitation-\w+)|history:(record|version)|usage:|editing:|confirming:|reports:answer)"
)


@pytest.mark.parametrize("role", ["editor", "admin", "parent"])
def test_members_have_no_access_to_an_archived_organisation(role, rights_records, db):
    Organisation.objects.filter(pk=rights_records.home.pk).update(status="archived")
    browser = Client()
    browser.force_login(rights_records.people[role])
    open_routes = []
    for row in rows():
        if (
            MEMBER_ROUTE_PATTERN.match(row.route)
            and row.answers["oth-ad"] == "404"
            and row.answers[role] in ("ok", "away")
        ):
            answer = answer_of(browser.generic(row.method, rights_records.address(row.route)), row)
            open_routes += [f"{row.method} {row.route}: {answer}"] if answer != "404" else []
    assert open_routes == []
