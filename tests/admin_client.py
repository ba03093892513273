"""A client of the admin: opens pages, fills in forms and saves them as a browser would."""

import pytest
from django.test import Client

from organisations.models import User
from tests.cast import add_totp
from tests.html_page import Page, view_url


class AdminClient:
    """A session of `user`; pages are in Finnish unless `lang` is given."""

    def __init__(self, user, lang="fi"):
        self.lang = lang
        self.browser = Client()
        self.browser.force_login(user)

    def open(self, name, *args, status=200, **query):
        """Open a page by the name of its view: open("services_service_change", 12)."""
        return Page(self.browser.get(self._url(name, *args, **query)), status)

    def list(self, model, **query):
        """The text of the first column of each row of a list, in order."""
        page = self.open(f"{model._meta.label_lower.replace('.', '_')}_changelist", **query)
        return [row.all("th")[0].text for row in page.one(id="result_list").one("tbody").all("tr")]

    def add(self, model, **values):
        """Fill in an empty form and save it."""
        return self._submit_form(f"{_view_prefix(model)}_add", (), values)

    def change(self, record, **values):
        """Change some fields of a record and save it; the other fields are submitted as the page shows them."""
        return self._submit_form(f"{_view_prefix(type(record))}_change", (record.pk,), values)

    def delete(self, record):
        self.browser.post(self._url(f"{_view_prefix(type(record))}_delete", record.pk), {"post": "yes"})

    def run_action(self, action, *records, **data):
        """Run an action on records selected in their list; returns the messages of the next page."""
        data |= {"action": action, "_selected_action": [record.pk for record in records]}
        url = self._url(f"{_view_prefix(type(records[0]))}_changelist")
        return FormResponsePage(self.browser.post(url, data, follow=True)).messages

    def _submit_form(self, name, args, values):
        url = self._url(name, *args)
        form = self.open(name, *args).one("form", id=f"{name.split('_')[1]}_form")
        data = form_values(form) | values | {"_continue": "1"}
        # Browsers send line breaks as CR LF.
        data = {
            field: value.replace("\n", "\r\n") if isinstance(value, str) else value for field, value in data.items()
        }
        return FormResponsePage(self.browser.post(url, data, follow=True))

    def _url(self, name, *args, **query):
        return view_url(f"admin:{name}", *args, lang=self.lang, **query)


class FormResponsePage(Page):
    """The response to a form: the saved record, or the form with errors."""

    @property
    def errors(self):
        """Errors by field: {"age_max": "..."}; "" for those of the whole form."""
        return {
            (element.attributes.get("id") or "").removeprefix("id_").removesuffix("_error"): element.text
            for element in self.all("ul", class_="errorlist")
        }

    @property
    def messages(self):
        return " ".join(element.text for element in self.all("ul", class_="messagelist"))

    @property
    def form_values(self):
        """The current values of the form."""
        return form_values(self.one("form", novalidate=True))


def form_values(form):
    """Form data as a browser would send it, without buttons and the empty template rows."""
    values = {}
    for field in form.all():
        name = field.attributes.get("name")
        if not name or "__prefix__" in name or field.attributes.get("type") in ("submit", "button"):
            continue
        value = _field_value(field)
        if value is None:
            continue
        if name in values:
            values[name] = [*_as_list(values[name]), *_as_list(value)]
        else:
            values[name] = value
    return values


def _field_value(field):
    if field.tag == "input" and field.attributes.get("type") in ("checkbox", "radio"):
        return field.attributes.get("value", "on") if "checked" in field else None
    if field.tag == "input":
        return field.attributes.get("value") or ""
    if field.tag == "textarea":
        # HTML ignores a newline directly after the tag.
        return "".join(child for child in field.children if isinstance(child, str)).removeprefix("\n")
    if field.tag == "select":
        options = field.all("option")
        selected = [option["value"] for option in options if "selected" in option]
        if "multiple" in field:
            return selected or None
        return selected[0] if selected else (options[0]["value"] if options else "")
    return None


def _as_list(value):
    return value if isinstance(value, list) else [value]


def _view_prefix(model):
    return model._meta.label_lower.replace(".", "_")


def formset_rows(prefix, *rows, after=0):
    """New rows of an inline, after `after` existing rows: formset_rows("phones", {"number": "09 1"})."""
    data = {f"{prefix}-TOTAL_FORMS": str(after + len(rows))}
    for number, row in enumerate(rows, start=after):
        data |= {f"{prefix}-{number}-{field}": value for field, value in row.items()}
    return data


@pytest.fixture
def sirkka(db):
    """A superuser."""
    return add_totp(User.objects.create_superuser("sirkka@vake.example", "salasana", name="Sirkka Pääkäyttäjä"))


@pytest.fixture
def kaisa_admin(kaisa):
    return AdminClient(kaisa)


@pytest.fixture
def sirkka_admin(sirkka):
    return AdminClient(sirkka)
