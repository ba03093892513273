"""Every public page of the site, from its URL configuration, with examples of what it shows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import URLPattern, get_resolver, reverse
from django.utils.translation import override

from .page_actions import (
    ADMIN_ROLE,
    COORDINATOR_ROLE,
    EDITOR_ROLE,
    MFA_USER_LOGIN,
    add_duplicate_organisation,
    confirm_password,
    create_edit_conflict,
    enter_wrong_code,
    expect_refusal,
    find_path_services,
    keep_search,
    keep_search_without_name,
    keep_template,
    list_given,
    make_list,
    open_family_page,
    open_family_page_in_arabic,
    open_map_point,
    open_signup_form,
    preview_merger,
    publish_empty_service,
    save_empty_form,
    save_two_services,
    search_categories,
    show_one_language,
    submit_empty_form,
    submit_without_code,
    wait_for_points,
    write_identity_code,
)

LANGUAGES = ("fi", "sv", "en")
# Routes that show no page of their own, and why.
ROUTES_WITHOUT_PAGE = {
    "to-language": "leads on to a home page",
    "robots": "plain text",
    "sitemap": "XML",
    "sitemap-section": "XML",
    "service-worker": "a script, see test_offline",
    "manifest": "JSON",
    "finding:saved-cards": "a piece of a page, see test_saving",
    "finding:suggest": "a piece of a page, see test_suggestions",
    "openid_connect_login": "leads to an identity provider",
    "openid_connect_callback": "comes back from an identity provider",
    "people:role": "a button of people:members",
    "people:invitation-renew": "a button of people:members",
    "people:invitation-revoke": "a button of people:members",
    "account_inactive": "one sentence",
    "account_email_verification_sent": "a step of signing up; looks like account_reauthenticate",
    "account_set_password": "for whoever came through an identity provider; looks like account_change_password",
    "account_confirm_login_code": "not in use",
    "mfa_download_recovery_codes": "plain text",
    "mfa_login_webauthn": "data for a script",
    "socialaccount_login_cancelled": "one sentence",
    "socialaccount_login_error": "one sentence",
    "socialaccount_signup": "a step after an identity provider; looks like account_signup",
    "finding:map-points": "GeoJSON",
    "family:list-in": "the page of family:list in another language, see referrals:make-list",
    "family:answer": "a button of family:list, looked at in test_family_answers",
    "family:worker": "a script",
    "service-link": "leads on to the page of a service",
    "referrals:list": "a step after referrals:make-list, looked at there",
    "referrals:revoke": "a button of the page of a list",
    "referrals:forget": "what a script calls",
    "referrals:template-remove": "a button of referrals:templates",
    "searches:mail": "a button of searches:searches",
    "searches:remove": "a button of searches:searches",
    "searches:feed": "XML",
    "taxonomy:move": "a button of taxonomy:category",
    "taxonomy:words": "a button of taxonomy:category",
    "taxonomy:undo-merger": "a button of taxonomy:category",
    "paths:publish": "a button of paths:edit",
    "paths:move-step": "a button of paths:edit",
    "finding:map-places": "a piece of a page, see test_map",
    "finding:map-ground": "JSON",
    "usage:count": "what a script tells, see test_use",
    "editing:categories": "a piece of a page",
    "editing:publish": "a button of editing:preview",
    "editing:copy": "a button of editing:services",
    "editing:profile-publish": "a button of editing:profile-preview",
    "editing:contact-move": "a button of editing:contacts",
    "editing:end": "a button of editing:services",
    "editing:place-use": "a button of editing:places",
    "dashboard:dismiss-answer": "a button of dashboard:account",
    "people:claim-withdraw": "a button of dashboard:account",
}


@dataclass(frozen=True)
class Example:
    """A page to look at. `query` may hold words by language, and what is made of the records that there are;
    `record` says whose page it is; `do` comes before."""

    of: str = ""
    query: dict = field(default_factory=dict)
    record: str = ""
    do: Callable | None = None
    who: str | tuple = ""  # the role of a demo login or HOLDER, for pages that are not for visitors

    def address(self, route: str, language: str, records: dict[str, list]) -> str:
        with override(language):
            path = reverse(route, args=records[self.record] if self.record else [])
        query = {
            name: value[language] if isinstance(value, dict) else value(records) if callable(value) else value
            for name, value in self.query.items()
        }
        return f"{path}?{urlencode(query, doseq=True)}" if query else path


WORD_QUERIES = {"fi": "ero", "sv": "skilsmässa", "en": "separation"}
PLACE_QUERIES = {"fi": "perheneuvola Keravalla", "sv": "stöd i Vanda", "en": "eating disorder Kerava"}
SOME_SERVICES = {"s": lambda records: records["some"]}
EXAMPLES: dict[str, list[Example]] = {
    "finding:home": [Example()],
    "finding:results": [
        Example("all"),
        Example("words", {"q": WORD_QUERIES}),
        Example("filters", {"municipality": "092", "age": 5, "sector": "ngo", "category": "family-life"}),
        Example("later page", {"language": "fi", "route": "self", "page": 2}),
        Example("place in the words", {"q": PLACE_QUERIES}),
        Example("nothing under filters", {"q": WORD_QUERIES, "municipality": "092", "age": 1, "sector": "company"}),
        Example("nothing", {"q": "qqxxqq"}),
        Example("not understood", {"sector": "x", "age": 999, "county": "zz"}),
        Example("identity code", {"q": "010120A123X"}),
    ],
    "finding:map": [
        Example("all", do=wait_for_points),
        Example("words", {"q": WORD_QUERIES}, do=open_map_point),
        Example("nothing in view", {"bbox": "22,65,22.1,65.1"}),
        Example("nothing", {"q": "qqxxqq"}),
    ],
    "finding:compare": [Example("nothing"), Example("four", {"s": lambda records: records["some"]})],
    "finding:service": [Example(record="service")],
    "referrals:service": [Example(record="given")],
    "referrals:make-list": [
        Example("nothing"),
        Example("form", SOME_SERVICES),
        Example("errors", SOME_SERVICES, do=write_identity_code),
        Example("made", SOME_SERVICES, do=make_list),
        Example("made before", SOME_SERVICES, do=list_given),
        Example("family", SOME_SERVICES, do=open_family_page),
        Example("family in Arabic", SOME_SERVICES, do=open_family_page_in_arabic),
    ],
    "referrals:given": [Example()],
    "referrals:templates": [Example(who=EDITOR_ROLE, do=keep_template)],
    "referrals:refer": [Example(record="given")],
    "family:list": [Example("gone", record="dead", do=expect_refusal)],
    "searches:searches": [Example(who=EDITOR_ROLE, do=keep_search)],
    "searches:save": [Example("errors", {"q": WORD_QUERIES}, who=EDITOR_ROLE, do=keep_search_without_name)],
    "paths:paths": [Example(), Example("coordinator", who=COORDINATOR_ROLE)],
    "paths:path": [Example(record="path")],
    "paths:add": [Example("errors", who=COORDINATOR_ROLE, do=save_empty_form)],
    "paths:edit": [Example(record="edited_path", who=COORDINATOR_ROLE)],
    "paths:remove": [Example(record="edited_path", who=COORDINATOR_ROLE)],
    "paths:add-step": [Example("errors", record="edited_path", who=COORDINATOR_ROLE, do=save_empty_form)],
    "paths:step": [Example("found services", record="edited_step", who=COORDINATOR_ROLE, do=find_path_services)],
    "paths:remove-step": [Example(record="edited_step", who=COORDINATOR_ROLE)],
    "finding:crisis-help": [Example()],
    "finding:saved": [Example("nothing"), Example("some", do=save_two_services)],
    "offline": [Example()],
    "profiles:organisations": [Example(), Example("near", {"q": "Kaksi Piaha", "sector": "ngo"})],
    "profiles:organisation": [Example(record="organisation")],
    "profiles:contacts": [Example("start"), Example("county", {"county": "04"})],
    "reports:service": [Example("empty", record="service"), Example("errors", record="service", do=submit_empty_form)],
    "reports:service-thanks": [Example(record="service")],
    "reports:organisation": [Example(record="organisation")],
    "reports:organisation-thanks": [Example(record="organisation")],
    "dashboard:account": [Example(who=ADMIN_ROLE)],
    "confirming:confirm-by-link": [Example(record="kept"), Example("old link", record="dead", do=expect_refusal)],
    "confirming:confirm": [Example(record="own", who=EDITOR_ROLE)],
    "reports:answer": [Example(record="own", who=EDITOR_ROLE)],
    "people:members": [
        Example("admin", record="own", who=ADMIN_ROLE),
        Example("errors", record="own", who=ADMIN_ROLE, do=submit_empty_form),
        Example("editor", record="own", who=EDITOR_ROLE),
    ],
    "people:invitation": [Example(record="invited"), Example("gone", record="dead", do=expect_refusal)],
    "people:remove": [Example(record="member", who=ADMIN_ROLE)],
    "people:claim": [Example("visitor", record="claimed"), Example("form", record="claimed", who=ADMIN_ROLE)],
    "people:add": [
        Example("visitor"),
        Example("new account, errors", do=open_signup_form),
        Example("errors", who=ADMIN_ROLE, do=submit_empty_form),
        Example("doubles", who=ADMIN_ROLE, do=add_duplicate_organisation),
    ],
    "editing:services": [Example(record="own", who=EDITOR_ROLE)],
    "editing:new": [
        Example(record="own", who=EDITOR_ROLE),
        Example("one language", record="own", who=EDITOR_ROLE, do=show_one_language),
        Example("errors", record="own", who=EDITOR_ROLE, do=publish_empty_service),
    ],
    "editing:edit": [
        Example(record="written", who=EDITOR_ROLE),
        Example("subjects", record="written", who=EDITOR_ROLE, do=search_categories),
        Example("two versions", record="written", who=EDITOR_ROLE, do=create_edit_conflict),
    ],
    "editing:preview": [Example(record="written", who=EDITOR_ROLE)],
    "editing:discard": [Example(record="written", who=EDITOR_ROLE)],
    "editing:profile": [
        Example(record="own", who=EDITOR_ROLE),
        Example("one language", record="own", who=EDITOR_ROLE, do=show_one_language),
        Example("two versions", record="own", who=EDITOR_ROLE, do=create_edit_conflict),
    ],
    "editing:profile-preview": [Example(record="own", who=EDITOR_ROLE)],
    "editing:profile-discard": [Example(record="own", who=EDITOR_ROLE)],
    "editing:contacts": [Example(record="own", who=EDITOR_ROLE)],
    "editing:contact-new": [Example("errors", record="own", who=EDITOR_ROLE, do=save_empty_form)],
    "editing:contact": [Example(record="contact", who=EDITOR_ROLE)],
    "editing:contact-remove": [Example(record="contact", who=EDITOR_ROLE)],
    "editing:places": [Example(record="own", who=EDITOR_ROLE)],
    "editing:place-new": [Example("errors", record="own", who=EDITOR_ROLE, do=submit_empty_form)],
    "editing:place": [Example(record="place", who=EDITOR_ROLE)],
    "history:record": [Example(record="history", who=EDITOR_ROLE)],
    "history:version": [Example(record="version", who=EDITOR_ROLE)],
    "history:deleted": [Example(who=EDITOR_ROLE)],
    "usage:organisation": [
        Example(record="own", who=EDITOR_ROLE),
        Example("one service", {"service": lambda records: records["counted"][0]}, record="own", who=EDITOR_ROLE),
    ],
    "usage:answers": [Example(who=COORDINATOR_ROLE)],
    "taxonomy:tree": [
        Example(who=COORDINATOR_ROLE),
        Example("found", {"q": "ero"}, who=COORDINATOR_ROLE),
    ],
    "taxonomy:add": [Example("errors", record="scheme", who=COORDINATOR_ROLE, do=save_empty_form)],
    "taxonomy:category": [Example(record="category", who=COORDINATOR_ROLE)],
    "taxonomy:merge": [
        Example(record="category", who=COORDINATOR_ROLE),
        Example("preview", record="category", who=COORDINATOR_ROLE, do=preview_merger),
    ],
    "account_login": [Example(), Example("errors", do=submit_empty_form)],
    "account_signup": [Example("closed")],
    "account_reset_password_from_key": [Example("old link", record="dead_key")],
    "account_reset_password_from_key_done": [Example()],
    "socialaccount_connections": [Example(who=ADMIN_ROLE)],
    "account_logout": [Example(who=EDITOR_ROLE)],
    "account_reauthenticate": [
        Example("errors", who=ADMIN_ROLE, do=submit_empty_form),
        Example("other ways", who=MFA_USER_LOGIN),
    ],
    "account_email": [Example(who=ADMIN_ROLE)],
    "account_change_password": [Example("errors", who=ADMIN_ROLE, do=submit_empty_form)],
    "account_reset_password": [Example()],
    "account_reset_password_done": [Example()],
    "mfa_index": [Example("nothing", who=ADMIN_ROLE), Example("all", who=MFA_USER_LOGIN)],
    "mfa_authenticate": [Example("errors", do=submit_without_code)],
    "mfa_reauthenticate": [Example("errors", who=MFA_USER_LOGIN, do=submit_empty_form)],
    "mfa_reauthenticate_webauthn": [Example(who=MFA_USER_LOGIN)],
    "mfa_activate_totp": [Example("errors", who=ADMIN_ROLE, do=enter_wrong_code)],
    "mfa_deactivate_totp": [Example(who=MFA_USER_LOGIN, do=confirm_password)],
    "mfa_view_recovery_codes": [Example(who=MFA_USER_LOGIN, do=confirm_password)],
    "mfa_generate_recovery_codes": [Example(who=MFA_USER_LOGIN, do=confirm_password)],
    "mfa_list_webauthn": [Example("nothing", who=ADMIN_ROLE), Example("two", who=MFA_USER_LOGIN, do=confirm_password)],
    "mfa_edit_webauthn": [Example(record="key", who=MFA_USER_LOGIN, do=confirm_password)],
    "mfa_remove_webauthn": [Example(record="key", who=MFA_USER_LOGIN, do=confirm_password)],
    "mfa_add_webauthn": [Example(who=ADMIN_ROLE, do=confirm_password)],
    "usersessions_list": [Example(who=ADMIN_ROLE)],
    "about": [Example()],
    "accessibility": [Example()],
    "privacy": [Example()],
    "terms": [Example()],
}


def public_routes(patterns=None, namespace=""):
    """The names of all routes but those of the desk."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"
        elif pattern.app_name != "admin":
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from public_routes(pattern.url_patterns, inner)
