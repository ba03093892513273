"""Users with a browser each."""

import pytest
from django.test import Client

from organisations.models import Membership
from tests import cast
from tests.admin_client import form_values
from tests.html_page import Page, view_url


class SiteClient:
    """A browser session: opens pages, submits forms and follows redirects."""

    def __init__(self, user=None):
        self.user = user
        self.browser = Client()
        if user is not None:
            self.browser.force_login(user)

    def open(self, path, status=200):
        return Page(self.browser.get(path, follow=True), status)

    def go(self, view, *args, status=200, lang="fi"):
        return self.open(view_url(view, *args, lang=lang), status)

    def send(self, page, button=None, form=0, status=200, **typed):
        """Submit a form of the main part of a page; `button` may name one: {"role": "admin"}."""
        forms = page.main.all("form", method="post")
        if isinstance(form, str):
            forms, form = [element for element in forms if element.attributes.get("action") == form], 0
        chosen = forms[form]
        data = form_values(chosen) | typed | (button or {})
        return Page(self.browser.post(chosen.attributes.get("action") or page.path, data, follow=True), status)

    def log_in(self, email, password, next_=""):
        page = self.open(view_url("account_login") + (f"?next={next_}" if next_ else ""))
        return self.send(page, login=email, password=password)

    def confirm(self, page, password="salasana"):
        """Enter the password again if the page requires reauthentication."""
        assert page.path == view_url("account_reauthenticate")
        return self.send(page, password=password)


@pytest.fixture
def visitor(db):
    return SiteClient()


@pytest.fixture
def sign_in():
    return SiteClient


# The people of Kivivuori


@pytest.fixture
def aino(kivivuori):
    """Admin of Kivivuori."""
    user = cast.create_user("aino@kivivuori.example", name="Aino Johtaja")
    Membership.objects.create(user=user, organisation=kivivuori, role="admin")
    return user


@pytest.fixture
def eetu(kivivuori):
    """Editor of Kivivuori."""
    user = cast.create_user("eetu@kivivuori.example", name="Eetu Ohjaaja")
    Membership.objects.create(user=user, organisation=kivivuori, role="editor")
    return user
