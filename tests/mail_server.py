"""A mail server on a socket, and the mails it received."""

import re
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller


class ReceivedEmail:
    """A received mail."""

    def __init__(self, envelope):
        self.to = envelope.rcpt_tos
        self.message = message_from_bytes(envelope.content, policy=policy.default)

    @property
    def subject(self):
        return self.message["Subject"].strip()

    @property
    def text(self):
        return self.message.get_content().replace("\r\n", "\n")

    @property
    def links(self):
        """The paths of all URLs."""
        return re.findall(r"https?://[^/\s]+(/\S+)", self.text)

    @property
    def code(self):
        """The code on a separate line."""
        return re.search(r"^[A-Z0-9-]{6,9}$", self.text, re.MULTILINE)[0]


class Mailbox(list):
    """Received mails in order; mails to unknown addresses are rejected."""

    def __init__(self):
        super().__init__()
        self.rejected_addresses = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.rejected_addresses:
            return "550 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.append(ReceivedEmail(envelope))
        return "250 OK"

    def of(self, address):
        return [email for email in self if email.to == [address]]


class _FreePortController(Controller):
    def _trigger_server(self):
        # Port 0 selects a free port; use the actual one.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture(scope="session")
def mail_server():
    mailbox = Mailbox()
    controller = _FreePortController(mailbox, hostname="127.0.0.1", port=0)
    controller.start()
    mailbox.port = controller.port
    yield mailbox
    controller.stop()


class InlineExecutor:
    """Replaces the background executor: runs at once, or on demand."""

    def __init__(self, *, is_manual=False):
        self.is_manual, self.queue = is_manual, []

    def submit(self, send, email):
        self.queue.append((send, email))
        if not self.is_manual:
            self.run()

    def run(self):
        while self.queue:
            send, email = self.queue.pop(0)
            send(email)


@pytest.fixture
def mailbox(mail_server, settings, monkeypatch):
    """Mails received by the server in this test."""
    monkeypatch.setattr("organisations.core.mail._executor", InlineExecutor())
    mail_server.clear()
    mail_server.rejected_addresses.clear()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    return mail_server
