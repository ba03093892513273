"""Somebody who writes what an organisation says of itself, at a browser."""

from django.test import Client

from tests.admin_client import form_values
from tests.html_page import Page, view_url


class EditorClient:
    """`user` has signed in."""

    def __init__(self, user):
        self.user = user
        self.browser = Client()
        self.browser.force_login(user)

    def open(self, path, status=200):
        return Page(self.browser.get(path, follow=True), status)

    def list(self, organisation):
        return self.open(view_url("editing:services", organisation.pk))

    def new(self, organisation):
        return self.open(view_url("editing:new", organisation.pk))

    def edit(self, service):
        return self.open(view_url("editing:edit", service.pk))

    def send(self, page, do, status=200, **typed):
        """Change some fields of the form of a record and press one of its buttons."""
        data = form_values(page.main.one("form", class_="service-form")) | typed | {"do": do}
        return Page(self.browser.post(page.path, data, follow=True), status)

    def resolve_conflicts(self, page, status=200, **kept):
        """On the page of two versions: choose(page, name_fi="mine"); what is not named stays as it is chosen."""
        form = page.main.one("form", id="conflict")
        data = (
            form_values(form)
            | {f"keep-{part}": who for part, who in kept.items()}
            | {"do": form.one("button")["value"]}
        )
        # Every hidden part that differs is sent.
        data["unit"] = [unit["value"] for unit in form.all("input", name="unit")]
        return Page(self.browser.post(form["action"], data, follow=True), status)

    def conflicts(self, page):
        """The points that differ on the page of two versions: {part: (theirs, mine, chosen)}."""
        found = {}
        for both in page.main.all("fieldset", class_="both"):
            part = both.one("input", name="unit")["value"]
            theirs, mine = both.all("label")
            chosen = [radio["value"] for radio in both.all("input", type="radio") if "checked" in radio]
            lines = [" ".join(line.text for line in version.all(class_="version-line")) for version in (theirs, mine)]
            found[part] = (*lines, *(chosen or [""]))
        return found

    def press(self, page, action=None):
        """Press the button of a form by its address; the only form of the page otherwise."""
        found = page.main.all("form", method="post")
        form = next(one for one in found if one.attributes.get("action") == action) if action else found[0]
        return Page(self.browser.post(action or page.path, form_values(form), follow=True))
