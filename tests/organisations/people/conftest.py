"""People with a browser each, and the letters they get from a real mail server."""

import re
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from django.test import Client

from organisations.models import Membership
from tests import cast
from tests.desk import values
from tests.page import Page, address


class Letter:
    """A mail as it arrived."""

    def __init__(self, envelope):
        self.to = envelope.rcpt_tos
        self.message = message_from_bytes(envelope.content, policy=policy.default)

    @property
    def subject(self):
        return self.message["Subject"]

    @property
    def text(self):
        return self.message.get_content().replace("\r\n", "\n")

    @property
    def links(self):
        return re.findall(r"http://testserver(\S+)", self.text)

    @property
    def code(self):
        """The code that stands on a line by itself."""
        return re.search(r"^[A-Z0-9-]{6,9}$", self.text, re.MULTILINE)[0]


class Mailbox(list):
    """All letters, in the order in which they came."""

    async def handle_DATA(self, server, session, envelope):
        self.append(Letter(envelope))
        return "250 OK"

    def of(self, email):
        return [letter for letter in self if letter.to == [email]]


class _AnyPort(Controller):
    def _trigger_server(self):
        # Port 0 was any free one; it is the found one that answers.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture(scope="session")
def mail_server():
    box = Mailbox()
    controller = _AnyPort(box, hostname="127.0.0.1", port=0)
    controller.start()
    box.port = controller.port
    yield box
    controller.stop()


@pytest.fixture
def mailbox(mail_server, settings):
    """What the mail server has taken in this test, over a socket."""
    mail_server.clear()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    return mail_server


class Visitor:
    """Somebody at a browser: opens pages, fills in their forms and follows where they lead."""

    def __init__(self, user=None):
        self.user = user
        self.browser = Client()
        if user is not None:
            self.browser.force_login(user)

    def open(self, path, status=200):
        return Page(self.browser.get(path, follow=True), status)

    def go(self, view, *args, status=200, lang="fi"):
        return self.open(address(view, *args, lang=lang), status)

    def send(self, page, button=None, form=0, status=200, **typed):
        """Fill in a form of the page's main part and press a button: {"role": "admin"} is one with a name."""
        found = page.main.all("form", method="post")
        if isinstance(form, str):
            found, form = [one for one in found if one.attributes.get("action") == form], 0
        chosen = found[form]
        data = values(chosen) | typed | (button or {})
        return Page(self.browser.post(chosen.attributes.get("action") or page.path, data, follow=True), status)

    def log_in(self, email, password, next_=""):
        page = self.open(address("account_login") + (f"?next={next_}" if next_ else ""))
        return self.send(page, login=email, password=password)

    def confirm(self, page, password="salasana"):
        """Type the password once more, where a page wants it before something that matters."""
        assert page.path == address("account_reauthenticate")
        return self.send(page, password=password)


@pytest.fixture
def visitor(db):
    return Visitor()


@pytest.fixture
def sign_in():
    return Visitor


# The people of Kivivuori


@pytest.fixture
def aino(kivivuori):
    """Admin of Kivivuori."""
    user = cast.person("aino@kivivuori.example", name="Aino Johtaja")
    Membership.objects.create(user=user, organisation=kivivuori, role="admin")
    return user


@pytest.fixture
def eetu(kivivuori):
    """Editor of Kivivuori."""
    user = cast.person("eetu@kivivuori.example", name="Eetu Ohjaaja")
    Membership.objects.create(user=user, organisation=kivivuori, role="editor")
    return user
