"""What is handed over, and the ways to do so."""

from dataclasses import dataclass
from urllib.parse import quote

from django.utils.safestring import SafeString

from .message_text import SMS_LENGTH
from .qr_code import qr_svg


@dataclass(frozen=True)
class Handover:
    """A link with the text that is sent along. The worker's own programs send it; the server sends nothing."""

    title: str
    link: str
    text: str
    # The page that is printed.
    page: str

    @property
    def qr_code(self) -> SafeString:
        return qr_svg(self.link)

    @property
    def sms_link(self) -> str:
        """Opens the phone's text messages, without a number (RFC 5724)."""
        return f"sms:?&body={quote(self.text, safe='')}"

    @property
    def mail_link(self) -> str:
        """Opens the mail program, without a recipient (RFC 6068)."""
        text = self.text.replace("\n", "\r\n")
        return f"mailto:?subject={quote(self.title, safe='')}&body={quote(text, safe='')}"

    @property
    def text_messages(self) -> int:
        """How many text messages the text takes; several are joined with 7 characters less each."""
        return 1 if len(self.text) <= SMS_LENGTH else -(-len(self.text) // 153)
