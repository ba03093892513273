import pytest


@pytest.fixture(autouse=True)
def new_emails(mailbox, settings):
    """The mails since the last look: mails()."""
    settings.SITE_ADDRESS = "https://palvelukartta.example"

    def look():
        new = list(mailbox)
        mailbox.clear()
        return new

    return look
