"""The records that the examples of routes.py are pages of, as the running demonstration has them."""

import re
import urllib.request

from palvelukartta.demo import LOGINS

from .routes import ADMIN, path_of

# What opens pages by a link from a mail: an invitation and a reminder.
TOKENS = f"""
from organisations.actions.invitations import invite
from organisations.models import Membership
from services.actions.links import token_for
admin = Membership.objects.filter(user__email="{next(login[0] for login in LOGINS if login[2] == ADMIN)}").first()
found = {{"email": "vieras@yhdistys.example", "role": "editor", "language": "fi", "invited_by": admin.user}}
print(invite(organisation=admin.organisation, **found)[1], token_for(admin))
"""
# The parts that the pages of records are chosen for: those that have all of them.
PARTS = {
    "services": ('id="professional-access"', 'id="where"', 'id="complementary"', 'class="hours"'),
    "organisations": ('id="contacts"', 'id="where"', 'class="cards"', 'class="phones"'),
}


def records_of(site: str) -> dict[str, list]:
    """The arguments of the page of a service and of an organisation, which have all parts that such pages may have."""
    found = {kind.removesuffix("s"): _richest(site, kind, parts) for kind, parts in PARTS.items()}
    found["claimed"] = found["organisation"][:1]
    # Numbers of a few more services, to compare them.
    found["some"] = re.findall(r"<loc>[^<]*/(\d+)-", _read(f"{site}/sitemap-services-fi.xml"))[:4]
    return found


def records_of_letters(demo) -> dict[str, list]:
    """The arguments of the pages that links in mails lead to."""
    invited, kept = demo.manage("shell", "--no-imports", "-c", TOKENS).split()[-2:]
    return {"invited": [invited], "kept": [kept], "dead": ["x" * 43], "dead_key": ["1", "x-x"]}


def records_of_members(page, site: str) -> dict[str, list]:
    """The arguments of the pages of the organisation that somebody looks after, as her or his own page names it."""
    page.goto(f"{site}{path_of('dashboard:account')}")
    own = int(re.search(r"/(\d+)/", page.locator("ul.rows a.action").first.get_attribute("href"))[1])
    page.goto(f"{site}{path_of('people:members', own)}")
    member = page.locator(f"ul.rows a[href*='/{own}/']").last.get_attribute("href")
    page.goto(f"{site}{path_of('editing:services', own)}")
    service = page.locator("ul.own-services h2 a").first.get_attribute("href")
    page.goto(f"{site}{path_of('editing:places', own)}")
    place = page.locator("ul.places > li > p > a.action").first.get_attribute("href")
    page.goto(f"{site}{path_of('editing:contacts', own)}")
    contact = page.locator("ol.own-services h2 a").first.get_attribute("href")
    return {
        "contact": [int(re.search(r"/(\d+)/", contact)[1])],
        "place": [int(re.search(r"/(\d+)/", place)[1])],
        "own": [own],
        "written": [int(re.search(r"/(\d+)/", service)[1])],
        "member": [own, int(re.findall(r"/(\d+)/", member)[-1])],
    }


def records_of_histories(page, site: str, service: int) -> dict[str, list]:
    """The arguments of the history of a service, and of its first version."""
    page.goto(f"{site}{path_of('history:record', 'service', service)}")
    version = page.locator(".moments > li > p > a").last.get_attribute("href")
    number = int(re.findall(r"/(\d+)/", version.replace("/", "//"))[-1])
    return {"history": ["service", service], "version": ["service", service, number]}


def _richest(site: str, kind: str, parts: tuple[str, ...]) -> list:
    addresses = re.findall(r"<loc>(.*?)</loc>", _read(f"{site}/sitemap-{kind}-fi.xml"))
    best, most = None, -1
    for address in addresses:
        page = _read(address)
        has = sum(part in page for part in parts)
        if has > most:
            best, most = address, has
        if has == len(parts):
            break
    number, slug = re.search(r"/(\d+)-([^/]+)/$", best).groups()
    return [int(number), slug]


def _read(address: str) -> str:
    with urllib.request.urlopen(address) as answer:
        return answer.read().decode()
