"""Edit conflicts: read the submission, and let its writer choose between both versions part by part."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from services.content.record_values import EditConflict, Values, merge_values, part_digests

from .display_values import difference_rows
from .record_form import RecordForm

UNDECIDED_DIGEST = "undecided"


def read_submission(
    request: HttpRequest, form_class: type[RecordForm], about: dict, published: Values
) -> tuple[RecordForm, Values, dict[str, dict]]:
    """The submitted form, its values, and the digests of the versions its writer has seen.

    A submission from the conflict page contains a choice for each part; undecided parts are asked for again.
    `about` are the form's keyword arguments, `published` the published values.
    """
    form = form_class(request.POST, **about)
    typed, sent = form.typed, form.submitted_versions()
    if "unit" not in request.POST:
        return form, typed, sent
    theirs = published if request.POST.get("against") == "published" else about["values"]
    choices = {part: request.POST.get(f"keep-{part}", "") for part in request.POST.getlist("unit")}
    typed = merge_values(
        mine=typed, theirs=theirs, take=[part for part, choice in choices.items() if choice == "theirs"]
    )
    sent["base"] |= {part: UNDECIDED_DIGEST for part, choice in choices.items() if choice not in ("mine", "theirs")}
    return form_class(**about | {"values": typed, "versions": sent}, checked=True), typed, sent


def render_conflict(
    request: HttpRequest, form: RecordForm, mine: Values, conflict: EditConflict, **context
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
            "mine": [
                (name, text)
                for name, value in mine.items()
                for text in (value if isinstance(value, list) else ["on" if value is True else value])
                if value is not False
            ],
            "versions": versions,
            "undecided": "unit" in request.POST,
            **context,
        },
        status=409,
    )


def conflict_context(conflict: EditConflict, address: str) -> dict:
    """Context of the conflict page for a record without a draft."""
    return {"address": address, "versions": {"base": part_digests(conflict.theirs)}, "button": _("Save these")}
