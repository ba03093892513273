import pytest


@pytest.fixture(autouse=True)
def new_emails(mailbox, settings):
    """The mails since the last call: new_emails()."""
    settings.SITE_ADDRESS = "https://palvelukartta.example"

    def take_new():
        new = list(mailbox)
        mailbox.clear()
        return new

    return take_new
