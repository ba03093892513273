"""Convert rich text to plain paragraphs: HTML, entities, Markdown, and invisible characters of copied text."""

import html
import re
import unicodedata
from html.parser import HTMLParser

# Known tags only: texts also contain "<3" and "alle 18-vuotiaille (<18)".
TAG = re.compile(
    r"</?(?:p|br|hr|div|span|ul|ol|li|h[1-6]|b|strong|i|em|u|a|font|img|table|tbody|thead|tr|td|th|blockquote"
    r"|script|style)\b[^<>]*>",
    re.IGNORECASE,
)
ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d?);", re.IGNORECASE)
PARAGRAPH_TAGS = {"p", "div", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "table", "blockquote", "hr"}
LINE_TAGS = {"br", "tr"}
SKIPPED_TAGS = {"script", "style"}
# Soft hyphens, zero-width and direction marks, byte order marks, object replacements and lone surrogates. PostgreSQL
# refuses some of them, and all of them hide words from the search.
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\ufffc\ud800-\udfff]")
NONSTANDARD_SPACE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
BULLET = re.compile(r"^[ \t]*[*•·‣▪●–—-][ \t]+", re.MULTILINE)
HEADING = re.compile(r"^#{1,6}[ \t]+", re.MULTILINE)
STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![\w*])")
LINK = re.compile(r"\[([^\[\]\n]+)\]\((https?://[^\s()]+|mailto:[^\s()]+)\)")


class _HtmlTextReader(HTMLParser):
    """Collects the text of HTML with line breaks where a browser would render them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._links: list[tuple[str, int]] = []
        self._skipped_depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SKIPPED_TAGS:
            self._skipped_depth += 1
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self.parts)))
        elif tag in PARAGRAPH_TAGS:
            self.parts.append("\n\n")
        elif tag in LINE_TAGS:
            self.parts.append("\n")
        elif tag in {"td", "th"}:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in SKIPPED_TAGS:
            self._skipped_depth = max(0, self._skipped_depth - 1)
        elif tag == "a" and self._links:
            self._close_link(*self._links.pop())
        elif tag in PARAGRAPH_TAGS:
            self.parts.append("\n\n")

    def _close_link(self, href: str, start: int) -> None:
        label = "".join(self.parts[start:])
        target = href.removeprefix("mailto:").removeprefix("tel:")
        if href.startswith(("http://", "https://", "mailto:", "tel:")) and target.rstrip("/") not in label:
            self.parts.append(f" ({target})")

    def handle_data(self, data: str) -> None:
        if not self._skipped_depth:
            # A line break in HTML source is a space on the page.
            self.parts.append(re.sub(r"\s+", " ", data))


def plain_text(text: str) -> str:
    """Return paragraphs separated by an empty line, with list items as "- ", without markup and control characters."""
    text = unicodedata.normalize("NFC", text)
    if ENTITY.search(text) and not TAG.search(text):
        # Some sources escape their markup twice.
        text = html.unescape(text)
    if TAG.search(text):
        reader = _HtmlTextReader()
        reader.feed(text)
        reader.close()
        text = "".join(reader.parts)
    text = LINK.sub(_link_text, text)
    text = HEADING.sub("", STRONG.sub(r"\2", text))
    text = EMPHASIS.sub(r"\1", BULLET.sub("- ", text))
    return clean_whitespace(text)


def _link_text(match: re.Match[str]) -> str:
    label, target = match[1], match[2].removeprefix("mailto:")
    return label if target in label else f"{label} ({target})"


def clean_whitespace(text: str) -> str:
    """Normalise white space and remove invisible characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = NONSTANDARD_SPACE.sub(" ", INVISIBLE.sub("", text))
    lines = (re.sub(r" {2,}", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def one_line(text: str) -> str:
    """Return rich text as plain text without line breaks."""
    return re.sub(r"\s+", " ", plain_text(text)).strip()


def truncate_text(text: str, limit: int) -> str:
    """Return at most `limit` characters; a longer text is cut between words and ends with an ellipsis."""
    if len(text) <= limit:
        return text
    start = text[: limit - 1]
    if not text[limit - 1].isspace() and " " in start:
        start = start.rsplit(" ", 1)[0]
    return start.rstrip(" ,;:–—-(/.") + "…"


def first_sentence(text: str) -> str:
    """Return the first sentence of the first paragraph that is not a list item; "" if there is none."""
    paragraph = next((part for part in text.split("\n") if part and not part.startswith("- ")), "")
    sentence = re.split(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ0-9\"”])", paragraph, maxsplit=1)[0]
    return sentence.strip()
