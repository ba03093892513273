"""Who may see and do what: every address of the site, and what it answers to each role.

A new route fails `test_every_route_is_in_the_table` until somebody has thought about it and written a row.
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
from organisations.models import Membership, User, WellbeingCounty
from services.actions.links import token_for
from services.models import CategoryProposal, Change, ImportRun, LinkCheck, MistakeReport, SearchCount
from tests import cast

# The columns. Kivivuori works in Vantaa and belongs to Perheliitto; the other organisation works in Rovaniemi.
ROLES = {
    "visitor": "has not signed in",
    "pro": "has signed in, looks after nothing",
    "editor": "editor of Kivivuori",
    "admin": "admin of Kivivuori",
    "parent": "admin of Perheliitto",
    "oth-ed": "editor of the other organisation",
    "oth-ad": "admin of the other organisation",
    "coord": "coordinator of Vantaa and Kerava",
    "oth-co": "coordinator of Lapland",
    "super": "superuser",
}
# Answers:  ok    a page                        in   log in first          away  led on to somewhere else
#           404   as if it were not there       403  not for this person   post  only takes forms
TABLE = """
                                                visitor pro    editor admin  parent oth-ed oth-ad coord  oth-co super
# Public: the same for everybody
robots service-worker sitemap sitemap-section   ok
finding:* profiles:* reporting:*                ok
about accessibility privacy terms               ok
manifest offline                                ok
to-language                                     away
keeping:keep                                    ok
people:invitation                               ok
usage:count                                     post
POST usage:count                                ok

# One's own account
keeping:account                                 in      ok
people:add                                      ok
people:claim                                    ok      ok     away   away   away   ok     ok     ok     ok     ok
account_login account_signup                    ok      away
account_logout                                  away    ok
account_reset_password account_reset_password_done account_reset_password_from_key
                                                ok
account_reset_password_from_key_done account_inactive
                                                ok
account_email account_change_password mfa_index mfa_list_webauthn usersessions_list socialaccount_connections
                                                in      ok
account_reauthenticate                          in      ok
account_set_password                            in      away
account_email_verification_sent account_confirm_login_code mfa_authenticate mfa_login_webauthn
                                                in      away
socialaccount_signup                            in
socialaccount_login_cancelled socialaccount_login_error
                                                ok
mfa_activate_totp mfa_add_webauthn mfa_generate_recovery_codes mfa_reauthenticate_webauthn
                                                in
mfa_remove_webauthn mfa_edit_webauthn           in
mfa_reauthenticate                              in      in     in     in     in     in     in     ok     ok     ok
mfa_deactivate_totp                             in      404    404    404    404    404    404    in     in     in
mfa_view_recovery_codes mfa_download_recovery_codes
                                                in      404
openid_connect_login openid_connect_callback    404


# Members of Kivivuori
people:members                                  in      404    ok     ok     ok     404    404    ok     404    ok
POST people:members                             in      404    403    ok     ok     404    404    ok     404    ok
people:remove                                   in      404    403    ok     ok     404    404    ok     404    ok
POST people:role                                in      404    403    ok     ok     404    404    ok     404    ok
POST people:invitation-renew                    in      404    403    ok     ok     404    404    ok     404    ok
POST people:invitation-revoke                   in      404    403    ok     ok     404    404    ok     404    ok
people:role people:invitation-renew people:invitation-revoke
                                                post

# Histories: of a service of Kivivuori; coordinators read all
history:record history:version                  in      404    ok     ok     ok     404    404    ok     ok     ok
POST history:version                            in      404    ok     ok     ok     404    404    ok     403    ok
history:deleted                                 in      404    ok     ok     ok     ok     ok     ok     ok     ok

# What Kivivuori keeps true, and what it is told
keeping:check keeping:reports                   in      404    ok     ok     ok     404    404    ok     404    ok
POST keeping:check                              in      404    ok     ok     ok     404    404    ok     404    ok
POST keeping:reports                            in      404    ok     ok     ok     404    404    ok     404    ok
POST keeping:put-away                           in      404    ok     ok     ok     404    404    ok     404    ok
keeping:put-away                                post

# Services of Kivivuori
editing:categories                              in      ok
editing:services editing:new editing:edit editing:preview editing:discard editing:places editing:place-new editing:place
editing:profile editing:profile-preview editing:profile-discard editing:contacts editing:contact-new editing:contact
editing:contact-remove
                                                in      404    ok     ok     ok     404    404    ok     404    ok
POST editing:{new,edit,publish,copy,end,discard,place-new,place}
editing:{profile,profile-publish,profile-discard,contact-new,contact,contact-move,contact-remove}
                                                in      404    ok     ok     ok     404    404    ok     404    ok
editing:publish editing:copy editing:end editing:profile-publish editing:contact-move
                                                post

# What Kivivuori's information is good for
usage:organisation                              in      404    ok     ok     ok     404    404    ok     404    ok

# The desk
admin:index admin:app_list:organisations        in      403    403    403    403    403    403    ok     ok     ok
admin:app_list:services                         in      403    403    403    403    403    403    ok     ok     ok
admin:app_list:auth                             in      403    403    403    403    403    403    404    404    ok
admin:login                                     in      403    403    403    403    403    403    away   away   away
admin:logout                                    in      403    403    403    403    403    403    post   post   post
admin:jsi18n admin:password_change admin:password_change_done
                                                in      403    403    403    403    403    403    ok     ok     ok
admin:autocomplete                              in      403    403    403    403    403    403    403    403    403
admin:view_on_site                              in      403    403    403    403    403    403    away   away   away
admin:organisations_wellbeingcounty_{changelist,change,history}
                                                in      403    403    403    403    403    403    ok     ok     ok
admin:organisations_municipality_{changelist,change,history}
                                                in      403    403    403    403    403    403    ok     ok     ok
admin:organisations_wellbeingcounty_{add,delete}
                                                in      403    403    403    403    403    403    403    403    403
admin:organisations_municipality_{add,delete}   in      403    403    403    403    403    403    403    403    403
admin:organisations_organisation_{changelist,add,change}
                                                in      403    403    403    403    403    403    ok     ok     ok
admin:organisations_organisation_history admin:services_service_history
                                                in      403    403    403    403    403    403    away   away   away
admin:services_servicelocation_history admin:services_category_history
                                                in      403    403    403    403    403    403    away   away   away
admin:organisations_organisation_delete         in      403    403    403    403    403    403    ok     403    ok
POST admin:organisations_organisation_change    in      403    403    403    403    403    403    ok     403    ok
admin:organisations_claim_changelist            in      403    403    403    403    403    403    ok     ok     ok
admin:organisations_claim_{change,history}      in      403    403    403    403    403    403    ok     404    ok
admin:organisations_claim_{add,delete}          in      403    403    403    403    403    403    403    403    403
POST admin:organisations_claim_change           in      403    403    403    403    403    403    ok     404    ok
admin:organisations_user_{changelist,add,change,history,delete}
                                                in      403    403    403    403    403    403    403    403    ok
admin:auth_user_password_change                 in      403    403    403    403    403    403    403    403    ok
admin:auth_group_{changelist,add,change,history,delete}
                                                in      403    403    403    403    403    403    403    403    ok
admin:services_service_{changelist,add,change}
                                                in      403    403    403    403    403    403    ok     ok     ok
admin:services_service_delete                   in      403    403    403    403    403    403    ok     403    ok
POST admin:services_service_change              in      403    403    403    403    403    403    ok     403    ok
admin:services_servicelocation_{changelist,add,change}
                                                in      403    403    403    403    403    403    ok     ok     ok
admin:services_servicelocation_delete           in      403    403    403    403    403    403    ok     403    ok
POST admin:services_servicelocation_change      in      403    403    403    403    403    403    ok     403    ok
admin:services_category_{changelist,add,change,delete,choices}
                                                in      403    403    403    403    403    403    ok     ok     ok
admin:services_categoryproposal_{changelist,change,history}
                                                in      403    403    403    403    403    403    ok     ok     ok
admin:services_categoryproposal_{add,delete}    in      403    403    403    403    403    403    403    403    403
admin:services_concept_{changelist,change,history}
                                                in      403    403    403    403    403    403    ok     ok     ok
admin:services_concept_{add,delete}             in      403    403    403    403    403    403    403    403    403
admin:services_importrun_{changelist,change,history}
                                                in      403    403    403    403    403    403    ok     ok     ok
admin:services_importrun_{add,delete}           in      403    403    403    403    403    403    403    403    403
admin:services_linkcheck_{changelist,change,history}
                                                in      403    403    403    403    403    403    ok     ok     ok
admin:services_linkcheck_{add,delete}           in      403    403    403    403    403    403    403    403    403
admin:services_mistakereport_changelist         in      403    403    403    403    403    403    ok     ok     ok
admin:services_mistakereport_{change,history}   in      403    403    403    403    403    403    ok     404    ok
admin:services_mistakereport_{add,delete}       in      403    403    403    403    403    403    403    403    403
admin:services_searchcount_{changelist,change,history}
                                                in      403    403    403    403    403    403    ok     ok     ok
admin:services_searchcount_{add,delete}         in      403    403    403    403    403    403    403    403    403
"""


@dataclass(frozen=True)
class Row:
    route: str
    method: str
    answers: dict[str, str]


def rows() -> Iterator[Row]:
    """The table with its abbreviations written out: {a,b}, room:*, and an answer that holds for all columns to come.

    A line without answers shares those of the next.
    """
    names: list[str] = []
    for line in TABLE.splitlines()[2:]:
        words = [] if line.startswith("#") else line.split()
        names += [word for word in words if not ANSWER.fullmatch(word)]
        answers = [word for word in words if ANSWER.fullmatch(word)]
        if not answers:
            continue
        method = names.pop(0) if names[0] == "POST" else "GET"
        answers += answers[-1:] * (len(ROLES) - len(answers))
        for route in chain.from_iterable(map(_written_out, names)):
            yield Row(route, method, dict(zip(ROLES, answers, strict=True)))
        names = []


ANSWER = re.compile(r"ok|in|away|404|403|post")


def _written_out(name: str) -> list[str]:
    if name.endswith(":*"):
        return [route for route in routes() if route.startswith(name[:-1])]
    if found := re.fullmatch(r"(.*)\{(.*)\}", name):
        return [found[1] + ending for ending in found[2].split(",")]
    return [name]


def routes(patterns=None, namespace="") -> Iterator[str]:
    """The names of all routes of the project; nameless ones only lead on."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if not isinstance(pattern, URLPattern):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern.url_patterns, inner)
        elif pattern.name == "app_list":
            yield from (f"{namespace}app_list:{app}" for app in ("organisations", "services", "auth"))
        elif pattern.name:
            yield f"{namespace}{pattern.name}"


# The people and records that the table speaks of

OWN = ("profile", "profile-preview", "profile-publish", "profile-discard", "contacts", "contact-new")
EDITED = ("edit", "preview", "publish", "discard", "copy", "end")


class World:
    """One record of each kind, and somebody of each role."""

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
        self.people = {role: self._person(role) for role in ROLES if role != "visitor"}
        self.member = Membership.objects.get(user=self.people["admin"])
        self.invitation, self.token = invite(
            organisation=self.home,
            email="uusi@kivivuori.example",
            role="editor",
            language="fi",
            invited_by=self.people["admin"],
        )
        self.claim = claim_organisation(organisation=self.home, user=cast.person("eeva@talo.example"), text="Ohjaaja")

    def _person(self, role: str) -> User:
        user = cast.person(f"{role}@talo.example", name=role)
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
            cast.with_second_step(user)
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
        if found := re.fullmatch(
            r"admin:(organisations|services|auth)_(\w+?)_(change|history|delete|password_change)", route
        ):
            return [route, self._record(found[2]).pk]
        if route.startswith("admin:app_list:"):
            return ["admin:app_list", route.rpartition(":")[2]]
        known = {
            "sitemap-section": ["services-fi"],
            "finding:service": [self.club.pk, "perhekerho"],
            "profiles:organisation": [home, slug],
            "people:members": [home],
            "people:claim": [home],
            "people:role": [home, self.member.pk],
            "people:remove": [home, self.member.pk],
            "people:invitation-renew": [home, self.invitation.pk],
            "people:invitation-revoke": [home, self.invitation.pk],
            "people:invitation": [self.token],
            "history:record": ["service", self.club.pk],
            "history:version": ["service", self.club.pk, Change.objects.latest("pk").pk],
            "usage:organisation": [home],
            "editing:services": [home],
            **{f"editing:{what}": [home] for what in OWN},
            **{f"editing:contact{what}": [self.contact.pk] for what in ("", "-move", "-remove")},
            "editing:new": [home],
            "editing:places": [home],
            "editing:place-new": [home],
            "editing:place": [self.place.pk],
            **{f"editing:{what}": [self.club.pk] for what in EDITED},
            "keeping:check": [home],
            "keeping:reports": [home],
            "keeping:put-away": [self.proposal.pk],
            "keeping:keep": [token_for(self.member)],
            "openid_connect_login": ["vake"],
            "openid_connect_callback": ["vake"],
            "account_reset_password_from_key": ["1", "abc-def"],
            "mfa_remove_webauthn": [1],
            "mfa_edit_webauthn": [1],
            "admin:view_on_site": [ContentType.objects.get_for_model(self.home).pk, home],
            "reporting:service": [self.club.pk, "perhekerho"],
            "reporting:service-thanks": [self.club.pk, "perhekerho"],
            "reporting:organisation": [home, slug],
            "reporting:organisation-thanks": [home, slug],
        }
        return [route, *known.get(route, [])]

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
def world(django_db_setup, django_db_blocker):
    yield from cast.kept(django_db_blocker, World)


def answer_of(response, row: Row) -> str:
    if response.status_code in (301, 302):
        leads_to = response["Location"].partition("?")[0]
        if leads_to in (reverse("account_login"), reverse("account_reauthenticate")):
            return "in"
        if leads_to == reverse("admin:index") and row.route != "admin:login":
            return "404"  # the desk's way of saying that there is no such record
        return "ok" if row.method == "POST" else "away"
    # 400: a map without its bounds. 401: the page about a failed login elsewhere. 409: two versions to choose from.
    return {200: "ok", 204: "ok", 400: "ok", 401: "ok", 405: "post", 409: "ok"}.get(
        response.status_code, str(response.status_code)
    )


def test_every_route_is_in_the_table():
    named = {row.route for row in rows()}
    assert set(routes()) - named == set()
    assert named - set(routes()) == set()


@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_as_the_table_says(role, world, db):
    wrong = []
    for row in rows():
        browser = Client(raise_request_exception=True)
        if role != "visitor":
            browser.force_login(world.people[role])
        response = browser.generic(row.method, world.address(row.route))
        found, wanted = answer_of(response, row), row.answers[role]
        if found != wanted:
            wrong.append(f"{row.method} {row.route}: {found}, not {wanted}")
    assert not wrong, "\n".join(wrong)
