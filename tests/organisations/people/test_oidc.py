"""Login by the OpenID Connect provider of a county, configured by settings and served on a real socket."""

from urllib.parse import urlsplit

import httpx
import pytest
from allauth.mfa.models import Authenticator

from organisations.models import User
from palvelukartta import env, oidc_settings
from tests import cast
from tests.html_page import Page, view_url

from .identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider, new_key


@pytest.fixture(scope="module")
def provider_server():
    provider = IdentityProvider()
    yield provider
    provider.stop()


@pytest.fixture
def provider(provider_server, settings, monkeypatch):
    """The provider of vake.example, configured by environment variables."""
    provider_server.claims, provider_server.user_info, provider_server.problems, provider_server.signing_key = (
        {},
        {},
        [],
        provider_server.key,
    )
    provider_server.person = {
        "sub": "1",
        "email": "pirjo@vake.example",
        "email_verified": True,
        "name": "Pirjo Kuraattori",
    }

    def set_up(**more):
        facts = {"NAME": "Vake", "SERVER": provider_server.url, "CLIENT_ID": CLIENT_ID, "SECRET": CLIENT_SECRET}
        for name, value in {**facts, "EMAIL_DOMAINS": "vake.example", **more}.items():
            monkeypatch.setenv(f"PALVELUKARTTA_OIDC_VAKE_{name}", value)
        monkeypatch.setenv("PALVELUKARTTA_OIDC", "vake")
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {"APPS": oidc_settings.providers(), "OAUTH_PKCE_ENABLED": True}
        }

    provider_server.set_up = set_up
    set_up()
    return provider_server


@pytest.fixture
def pirjo_of_vake(db):
    return cast.create_user("pirjo@vake.example", name="Pirjo Kuraattori")


def log_in_by_provider(visitor, next_="", tamper=lambda address: address):
    """Log in from the login page by the provider and back; returns the landing page."""
    login = visitor.open(view_url("account_login") + (f"?next={next_}" if next_ else ""))
    (form,) = [form for form in login.main.all("form", method="post") if "/oidc/" in form.attributes.get("action", "")]
    response = visitor.browser.post(form["action"])
    assert response.status_code == 302
    back = urlsplit(tamper(httpx.get(response["Location"]).headers["Location"]))
    response = visitor.browser.get(f"{back.path}?{back.query}", follow=True)
    return Page(response, response.status_code)


def is_logged_in(visitor):
    return visitor.go("dashboard:account").path == view_url("dashboard:account")


def test_no_button_without_a_provider(visitor):
    assert not [form for form in visitor.go("account_login").all("form") if "oidc" in form.attributes.get("action", "")]


def test_user_with_an_account_is_logged_in(provider, visitor, pirjo_of_vake):
    log_in_by_provider(visitor)
    assert is_logged_in(visitor)
    assert provider.problems == []
    assert User.objects.count() == 1
    assert pirjo_of_vake.socialaccount_set.get().uid == "1"


def test_login_redirects_to_the_requested_page(provider, visitor, pirjo_of_vake):
    assert log_in_by_provider(visitor, next_=view_url("people:add")).path == view_url("people:add")


def test_user_is_recognised_by_the_subject_after_a_change_of_address(provider, sign_in, pirjo_of_vake):
    log_in_by_provider(sign_in())
    provider.person |= {"email": "pirjo.uusi@vake.example"}
    later = sign_in()
    log_in_by_provider(later)
    assert is_logged_in(later)
    assert User.objects.count() == 1


def test_coordinator_still_needs_the_second_step(provider, visitor, kaisa):
    provider.person |= {"email": kaisa.email, "sub": "2"}
    assert log_in_by_provider(visitor).path == view_url("mfa_authenticate")
    assert Authenticator.objects.filter(user=kaisa).exists()


def test_provider_cannot_log_in_to_accounts_of_other_domains(provider, visitor, pirjo):
    """Pirjo has an account at another domain; this provider is trusted only with vake.example."""
    provider.person |= {"email": pirjo.email, "email_verified": True}
    log_in_by_provider(visitor)
    assert not is_logged_in(visitor)
    assert not pirjo.socialaccount_set.exists()


def test_new_user_may_sign_up_only_if_the_settings_allow_it(provider, sign_in, db):
    log_in_by_provider(sign_in())
    assert not User.objects.exists()
    provider.set_up(SIGNUP="true")
    newcomer = sign_in()
    log_in_by_provider(newcomer)
    assert is_logged_in(newcomer)
    user = User.objects.get()
    assert (user.email, user.name, user.has_usable_password()) == ("pirjo@vake.example", "Pirjo Kuraattori", False)
    assert user.is_professional


def test_new_user_of_another_domain_may_never_sign_up(provider, visitor, db):
    provider.set_up(SIGNUP="true")
    provider.person |= {"email": "joku@muu.example"}
    log_in_by_provider(visitor)
    assert not User.objects.exists()


@pytest.mark.parametrize("claims", [{"aud": "another"}, {"iss": "https://evil.example"}, {"exp": 1}])
def test_token_for_another_client_or_time_is_rejected(provider, visitor, pirjo_of_vake, claims):
    provider.claims = claims
    assert log_in_by_provider(visitor).one("h1")
    assert not is_logged_in(visitor)


def test_token_signed_by_another_key_is_rejected(provider, visitor, pirjo_of_vake):
    provider.signing_key = new_key()
    log_in_by_provider(visitor)
    assert not is_logged_in(visitor)


def test_token_and_user_info_of_two_people_are_rejected(provider, visitor, pirjo_of_vake):
    provider.user_info = {"sub": "another"}
    log_in_by_provider(visitor)
    assert not is_logged_in(visitor)


def test_unsolicited_response_is_rejected(provider, visitor, sign_in, pirjo_of_vake):
    """An attacker sends the callback link of a login in another browser."""
    stolen = []
    log_in_by_provider(sign_in(), tamper=lambda address: stolen.append(address) or address.replace("state=", "state=x"))
    back = urlsplit(stolen[0])
    visitor.browser.get(f"{back.path}?{back.query}")
    assert not is_logged_in(visitor)


def test_code_is_useless_without_the_pkce_verifier(provider, visitor, pirjo_of_vake):
    def swap(address):
        for request in provider.codes.values():
            request["code_challenge"] = "another"
        return address

    log_in_by_provider(visitor, tamper=swap)
    assert not is_logged_in(visitor)


def test_unavailable_provider_has_an_error_page(provider, visitor, db):
    provider.set_up(SERVER="http://127.0.0.1:1")
    page = Page(visitor.browser.post("/account/oidc/vake/login/"), 503)
    assert page.main.all("a", href=view_url("account_login"))


# Settings


def test_content_security_policy_allows_the_redirect_to_the_provider(provider):
    assert oidc_settings.login_origins(oidc_settings.providers()) == [provider.url]


@pytest.mark.parametrize("missing", ["NAME", "SERVER", "CLIENT_ID", "SECRET"])
def test_incomplete_settings_stop_the_start(provider, monkeypatch, missing):
    monkeypatch.delenv(f"PALVELUKARTTA_OIDC_VAKE_{missing}")
    with pytest.raises(env.EnvironmentVariableError, match=f"PALVELUKARTTA_OIDC_VAKE_{missing} must be set"):
        oidc_settings.providers()


def test_malformed_name_stops_the_start(monkeypatch):
    monkeypatch.setenv("PALVELUKARTTA_OIDC", "va-ke")
    with pytest.raises(env.EnvironmentVariableError, match="small letters"):
        oidc_settings.providers()
