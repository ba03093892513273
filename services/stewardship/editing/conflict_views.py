"""Two people write the same record: what the second one sent, and the page where both versions are to choose from."""

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
    """The form that was sent, its values, and the digests of what its writer has seen.

    From the page of both versions it comes with the parts that were chosen; undecided parts are asked for again.
    `about` is what the form is made with; `published` what readers see now.
    """
    form = form_class(request.POST, **about)
    typed, sent = form.typed, form.submitted_versions()
    if "unit" not in request.POST:
        return form, typed, sent
    theirs = published if request.POST.get("against") == "published" else about["values"]
    chosen = {part: request.POST.get(f"keep-{part}", "") for part in request.POST.getlist("unit")}
    typed = merge_values(mine=typed, theirs=theirs, take=[part for part, who in chosen.items() if who == "theirs"])
    sent["base"] |= {part: UNDECIDED_DIGEST for part, who in chosen.items() if who not in ("mine", "theirs")}
    return form_class(**about | {"values": typed, "versions": sent}, checked=True), typed, sent


def render_conflict(
    request: HttpRequest, form: RecordForm, mine: Values, conflict: EditConflict, **context
) -> HttpResponse:
    """`context` holds at least `address`, where the choice goes, the `versions` that are shown and the `button`."""
    versions = type(form)(organisation=form.organisation, values={}, versions=context.pop("versions"))
    return render(
        request,
        "services/stewardship/editing/conflict.html",
        {
            "organisation": form.organisation,
            "published": conflict.published,
            "differences": difference_rows(form, conflict.differences, request.POST),
            "mine": [
                (name, one)
                for name, value in mine.items()
                for one in (value if isinstance(value, list) else ["on" if value is True else value])
                if value is not False
            ],
            "versions": versions,
            "undecided": "unit" in request.POST,
            **context,
        },
        status=409,
    )


def conflict_context(conflict: EditConflict, address: str) -> dict:
    """What the page of both versions says of a record without a draft."""
    return {"address": address, "versions": {"base": part_digests(conflict.theirs)}, "button": _("Save these")}
