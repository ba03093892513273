"""The records that the examples of routes.py are pages of, as the running demonstration has them."""

import re
import urllib.request

from palvelukartta.demo import DEMO_LOGINS

from .page_actions import ADMIN_ROLE, view_path

ADMIN_EMAIL = next(login[0] for login in DEMO_LOGINS if login[2] == ADMIN_ROLE)
# What opens pages by a link from a mail: an invitation and a reminder.
TOKENS_SCRIPT = f"""
from organisations.actions.invitations import invite
from organisations.models import Membership
from services.actions.confirm_tokens import confirm_token
admin = Membership.objects.filter(user__email="{ADMIN_EMAIL}").first()
found = {{"email": "vieras@yhdistys.example", "role": "editor", "language": "fi", "invited_by": admin.user}}
print(invite(organisation=admin.organisation, **found)[1], confirm_token(admin))
"""
# The parts that the pages of records are chosen for: those that have all of them.
REQUIRED_PARTS = {
    "services": ('id="professional-access"', 'id="where"', 'id="complementary"', 'class="hours"'),
    "organisations": ('id="contacts"', 'id="where"', 'class="cards"', 'class="phones"'),
}


def public_records(site: str) -> dict[str, list]:
    """The arguments of the page of a service and of an organisation, which have all parts that such pages may have."""
    found = {kind.removesuffix("s"): _most_complete_page(site, kind, parts) for kind, parts in REQUIRED_PARTS.items()}
    found["given"] = found["service"][:1]
    found["claimed"] = found["organisation"][:1]
    # Numbers of a few more services, to compare them.
    found["some"] = re.findall(r"<loc>[^<]*/(\d+)-", _fetch(f"{site}/sitemap-services-fi.xml"))[:4]
    number, slug = re.search(r"<loc>[^<]*/(\d+)-([^/<]+)/<", _fetch(f"{site}/sitemap-paths-fi.xml")).groups()
    found |= {"path": [int(number), slug], "edited_path": [int(number)]}
    return found


def coordinator_records(page, site: str, path: int) -> dict[str, list]:
    """The arguments of the pages of a step of a service path, and of a category."""
    page.goto(f"{site}{view_path('paths:edit', path)}")
    step = page.locator(".path-edit h3 a").first.get_attribute("href")
    page.goto(f"{site}{view_path('taxonomy:tree')}?q=ero")
    category = page.locator(".tree tbody a").first.get_attribute("href")
    return {
        "edited_step": [int(re.search(r"/(\d+)/", step)[1])],
        "category": [int(re.search(r"/(\d+)/", category)[1])],
        "scheme": ["theme"],
    }


def mail_link_records(demo) -> dict[str, list]:
    """The arguments of the pages that links in mails lead to."""
    printed = demo.once("mail links", lambda: demo.manage("shell", "--no-imports", "-c", TOKENS_SCRIPT))
    invited, kept = printed.split()[-2:]
    return {"invited": [invited], "kept": [kept], "dead": ["x" * 43], "dead_key": ["1", "x-x"]}


def member_records(page, site: str) -> dict[str, list]:
    """The arguments of the pages of the organisation that somebody looks after, as her or his own page names it."""
    page.goto(f"{site}{view_path('dashboard:account')}")
    own = int(re.search(r"/(\d+)/", page.locator("ul.rows a.action").first.get_attribute("href"))[1])
    page.goto(f"{site}{view_path('people:members', own)}")
    member = page.locator(f"ul.rows a[href*='/{own}/']").last.get_attribute("href")
    page.goto(f"{site}{view_path('editing:services', own)}")
    service = page.locator("ul.own-services h2 a").first.get_attribute("href")
    page.goto(f"{site}{view_path('editing:places', own)}")
    place = page.locator("ul.places > li > p > a.action").first.get_attribute("href")
    page.goto(f"{site}{view_path('editing:contacts', own)}")
    contact = page.locator("ol.own-services h2 a").first.get_attribute("href")
    # The first service that is kept may be a draft of another test, which has no counts.
    page.goto(f"{site}{view_path('usage:organisation', own)}")
    counted = page.locator("main a[href*='service=']").first.get_attribute("href")
    return {
        "counted": [int(re.search(r"service=(\d+)", counted)[1])],
        "contact": [int(re.search(r"/(\d+)/", contact)[1])],
        "place": [int(re.search(r"/(\d+)/", place)[1])],
        "own": [own],
        "written": [int(re.search(r"/(\d+)/", service)[1])],
        "member": [own, int(re.findall(r"/(\d+)/", member)[-1])],
    }


def history_records(page, site: str, service: int) -> dict[str, list]:
    """The arguments of the history of a service, and of its first version."""
    page.goto(f"{site}{view_path('history:record', 'service', service)}")
    version = page.locator(".moments > li > p > a").last.get_attribute("href")
    number = int(re.findall(r"/(\d+)/", version.replace("/", "//"))[-1])
    return {"history": ["service", service], "version": ["service", service, number]}


def _most_complete_page(site: str, kind: str, parts: tuple[str, ...]) -> list:
    addresses = re.findall(r"<loc>(.*?)</loc>", _fetch(f"{site}/sitemap-{kind}-fi.xml"))
    best, most = None, -1
    for address in addresses:
        page = _fetch(address)
        has = sum(part in page for part in parts)
        if has > most:
            best, most = address, has
        if has == len(parts):
            break
    number, slug = re.search(r"/(\d+)-([^/]+)/$", best).groups()
    return [int(number), slug]


def _fetch(address: str) -> str:
    with urllib.request.urlopen(address) as answer:
        return answer.read().decode()
