"""The HTML of a response as a tree of elements, with the parts of pages that tests check.

Tests that use these parts do not depend on the HTML.
"""

import re
from collections import Counter
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlencode, urlsplit

from django.urls import reverse
from django.utils.translation import override

VOID_ELEMENTS = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)


def view_url(name, *args, lang="fi", **query):
    """The URL of a view with a query; values may be lists."""
    with override(lang):
        path = reverse(name, args=args)
    return f"{path}?{urlencode(query, doseq=True)}" if query else path


class Element:
    """One element: `element["href"]`, `element.text`, `element.all("a", rel="next")`."""

    def __init__(self, tag, attributes=(), parent=None):
        self.tag, self.attributes, self.parent = tag, dict(attributes), parent
        self.children = []

    def __repr__(self):
        return f"<{self.tag} {self.attributes}>"

    def __getitem__(self, attribute):
        return self.attributes[attribute]

    def __contains__(self, attribute):
        return attribute in self.attributes

    @property
    def classes(self):
        return (self.attributes.get("class") or "").split()

    @property
    def text(self):
        """All text inside with whitespace collapsed."""
        return " ".join("".join(self._text_parts()).split())

    @property
    def own_text(self):
        """The text outside of child elements."""
        return " ".join("".join(child for child in self.children if isinstance(child, str)).split())

    def all(self, tag=None, class_=None, **attributes):
        """Descendants in order. `data_sector="ngo"` matches the attribute data-sector; True matches any value."""
        conditions = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self._descendants()
            if (tag is None or element.tag == tag)
            and (class_ is None or class_ in element.classes)
            and all(name in element and (value is True or element[name] == value) for name, value in conditions.items())
        ]

    def one(self, *args, **kwargs):
        """The only descendant that matches; fails if there is none or more than one."""
        elements = self.all(*args, **kwargs)
        assert len(elements) == 1, f"{len(elements)} elements with {args} {kwargs}"
        return elements[0]

    def closest(self, tag):
        """The nearest ancestor with the tag."""
        ancestor = self.parent
        while ancestor is not None and ancestor.tag != tag:
            ancestor = ancestor.parent
        return ancestor

    def _descendants(self):
        # A stack instead of recursion, as nested generators are slow.
        stack = self.children[::-1]
        while stack:
            child = stack.pop()
            if isinstance(child, Element):
                yield child
                stack += reversed(child.children)

    def _text_parts(self):
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                yield " "
                yield from child._text_parts()
                yield " "


class _TreeBuilder(HTMLParser):
    def __init__(self):
        super().__init__()
        self.root = self.current = Element("document")

    def handle_starttag(self, tag, attrs):
        element = Element(tag, attrs, self.current)
        self.current.children.append(element)
        if tag not in VOID_ELEMENTS:
            self.current = element

    def handle_endtag(self, tag):
        assert self.current.tag == tag, f"<{self.current.tag}> is closed by </{tag}>"
        self.current = self.current.parent

    def handle_data(self, data):
        self.current.children.append(data)


class Page(Element):
    """A whole page. Parsing fails for unclosed elements and duplicate ids."""

    def __init__(self, response, status=200):
        super().__init__("document")
        assert response.status_code == status, f"{response.status_code} {response.headers}"
        self.response = response
        builder = _TreeBuilder()
        builder.feed(response.content.decode())
        builder.close()
        assert builder.current is builder.root, f"<{builder.current.tag}> is not closed"
        self.children = builder.root.children
        ids = Counter(element["id"] for element in self.all(id=True))
        assert ids.total() == len(ids), f"duplicate ids: {[name for name, count in ids.items() if count > 1]}"

    @property
    def language(self):
        return self.one("html")["lang"]

    @property
    def main(self):
        return self.one("main")

    def section(self, id_):
        """The section labelled by the heading with this id."""
        return self.one("section", aria_labelledby=id_)

    def has_section(self, id_):
        return bool(self.all("section", aria_labelledby=id_))

    # Results

    @property
    def cards(self):
        return self.all(data_service_id=True)

    @property
    def names(self):
        """Names of the services shown on cards, in order."""
        return [service_name(card) for card in self.cards]

    @property
    def total(self):
        """The number of results stated on the page; 0 if it states that there are none."""
        number = re.search(r"\d+", self.one(id="found").text)
        return int(number[0]) if number else 0

    @property
    def sectors(self):
        """Numbers of results by sector: {"ngo": 3}."""
        return {
            next(c for c in item.one(class_="mark").classes if c != "mark").removeprefix("mark-"): int(
                item.one("strong").text
            )
            for line in self.all(class_="sectors")
            for item in line.all("li")
        }

    @property
    def chips(self):
        """Labels of active filters, each with the URL that removes it."""
        return {chip.own_text: self.path + chip["href"] for chip in self.all("a", class_="chip")}

    @property
    def boxes(self):
        """Check boxes of the filters, by (name, value)."""
        fields = self.all(id="filter-fields")
        boxes = [box for field in fields for box in field.all("input", type="checkbox")]
        return {(box["name"], box["value"]): Checkbox(box) for box in boxes}

    @property
    def sorts(self):
        """URLs of the other orders, by the value of `sort`."""
        links = [link for line in self.all(class_="sorts") for link in line.all("a")]
        return {parse_qs(urlsplit(link["href"]).query)["sort"][0]: self.path + link["href"] for link in links}

    @property
    def pages(self):
        """Page numbers linked by the pager, each with its URL."""
        return {
            int(re.search(r"\d+$", link.text)[0]): self.path + link["href"]
            for pager in self.all("nav", class_="pager")
            for item in pager.all("li")
            for link in item.all("a")
        }

    @property
    def notices(self):
        """Notices about the request, for example ignored parameters."""
        return " ".join(notice.text for notice in self.all(role="status"))

    @property
    def path(self):
        return self.response.request["PATH_INFO"]

    # All pages

    @property
    def languages(self):
        """The language switch: {"sv": URL}."""
        return {link["hreflang"]: link["href"] for link in self.all("a", hreflang=True)}


class Checkbox:
    """A check box with its label and count."""

    def __init__(self, element):
        label = element.closest("label")
        self.name, self.value = element["name"], element["value"]
        self.checked = "checked" in element
        self.count = int(label.one(class_="count").text)
        self.label = label.text.removesuffix(str(self.count)).strip()


def service_name(card):
    return card.one(class_="card-name").text
