"""Edit conflicts: read the submission, and let its writer choose between both versions part by part."""

from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from services.content.edit_conflicts import Digests, EditConflict
from services.content.record_values import Values, form_data, merge_values

from .display_values import difference_rows
from .record_form import RecordForm

UNDECIDED_DIGEST = "undecided"

Form = TypeVar("Form", bound=RecordForm)


def read_submission(
    request: HttpRequest, form_class: type[Form], form_kwargs: dict[str, Any], published: Values
) -> tuple[Form, Values, dict[str, Digests]]:
    """The submitted form, its values, and the digests of the versions its writer has seen.

    A submission from the conflict page contains a choice for each part; undecided parts are asked for again.
    `published` are the published values.
    """
    form = form_class(request.POST, **form_kwargs)
    values, versions = form.submitted_values, form.submitted_versions()
    if "unit" not in request.POST:
        return form, values, versions
    theirs = published if request.POST.get("against") == "published" else form_kwargs["values"]
    choices = {part: request.POST.get(f"keep-{part}", "") for part in request.POST.getlist("unit")}
    values = merge_values(
        mine=values, theirs=theirs, take=[part for part, choice in choices.items() if choice == "theirs"]
    )
    versions["base"] |= {part: UNDECIDED_DIGEST for part, choice in choices.items() if choice not in ("mine", "theirs")}
    return form_class(**form_kwargs | {"values": values, "versions": versions}, checked=True), values, versions


def render_conflict(
    request: HttpRequest, form: RecordForm, mine: Values, conflict: EditConflict, **context: Any
) -> HttpResponse:
    """The conflict page. `context` needs `address` (form action), `versions` (digests shown) and `button` (label)."""
    versions = type(form)(organisation=form.organisation, values={}, versions=context.pop("versions"))
    return render(
        request,
        "services/stewardship/editing/conflict.html",
        {
            "organisation": form.organisation,
            "published": conflict.published,
            "differences": difference_rows(form, conflict.differences, request.POST),
            "mine": [(name, text) for name, texts in form_data(mine).lists() for text in texts],
            "versions": versions,
            "undecided": "unit" in request.POST,
            **context,
        },
        status=409,
    )


def conflict_context(conflict: EditConflict, address: str) -> dict[str, Any]:
    """Context of the conflict page for a record without a draft."""
    return {"address": address, "versions": {"base": conflict.digests}, "button": _("Save these")}
