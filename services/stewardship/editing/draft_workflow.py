"""The workflow of records with drafts: save, preview, publish and resolve edit conflicts."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.core.form_idempotency import AlreadySubmitted, SubmissionInProgress, new_idempotency_key
from organisations.core.retry_forms import NOT_SAVED, is_rerendering
from organisations.models import Organisation
from organisations.models.base import Status
from services.actions.drafts import DraftedRecord, publish_draft, save_draft
from services.content.record_values import EditConflict, Values, aligned, aligned_digests, part_digests, record_values
from services.indexing.guess_categories import guess_categories
from services.stewardship.editing.submission import say_in_progress, say_removed_since, stamp_for, store_new

from .choice_groups import area_groups, category_groups
from .conflict_views import read_submission, render_conflict
from .record_form import RecordForm


class DraftWorkflow:
    """Edit, preview and publish a draft. `record` is None for a new record.

    `edits` and `preview_url_name` are URL names.
    """

    form_class: type[RecordForm]
    template: str
    edits: str
    preview_url_name: str

    def __init__(self, request: HttpRequest, organisation: Organisation, record: DraftedRecord | None):
        self.request, self.organisation, self.record = request, organisation, record
        self.draft = None if record is None else getattr(record, "draft", None)
        self.published = {} if record is None else record_values(record)
        self.values = self.published if self.draft is None else aligned(self.draft.values, self.published)
        seen = part_digests(self.published) if self.draft is None else aligned_digests(self.draft.seen, self.published)
        self.versions = (
            {"base": {}, "seen": {}} if record is None else {"base": part_digests(self.values), "seen": seen}
        )

    # Hooks for each kind of record

    def start(self, values: Values) -> DraftedRecord:
        """Create the record with its draft."""
        raise NotImplementedError

    def again(self) -> "DraftWorkflow":
        """A workflow with the current state, after a conflicting write."""
        raise NotImplementedError

    def of_record(self, record: int) -> "DraftWorkflow | None":
        """A workflow for the record created by an earlier submission of the form; None if it was deleted."""
        raise NotImplementedError

    def stored(self, record: DraftedRecord) -> None:
        """Handle submitted fields that are not values of the record."""

    def redirect_after_publish(self) -> HttpResponse:
        raise NotImplementedError

    def published_message(self, record: DraftedRecord) -> str:
        return _("Published: readers see it now.")

    def more(self, form: RecordForm) -> dict:
        """Additional template context."""
        return {}

    # Shared steps

    def form(self, **kwargs) -> RecordForm:
        return self.form_class(**self._form_kwargs(), **kwargs)

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            return self.show(self.form(checked="check" in self.request.GET))
        form, typed, sent = read_submission(self.request, self.form_class, self._form_kwargs(), self.published)
        if is_rerendering():
            # A draft may be incomplete: report only the failed save, not field errors.
            messages.error(self.request, NOT_SAVED)
            return self.show(self._unchecked(form, typed, sent), stamped=stamp_for(self.request))
        try:
            return self._do(form, typed, sent)
        except SubmissionInProgress:
            say_in_progress(self.request)
            return self.show(form, stamped=stamp_for(self.request), status=409)
        except AlreadySubmitted as submitted:
            # Double click or resubmission: treat it as an edit of the stored record, so later changes are compared.
            if earlier := self.of_record(submitted.record):
                return earlier.answer()
            say_removed_since(self.request)
            return self.show(form, status=409)

    def _do(self, form: RecordForm, typed: Values, sent: dict) -> HttpResponse:
        match self.request.POST.get("do"):
            case "guess":
                unchecked_form = self._unchecked(form, typed, sent)
                return self.show(unchecked_form, guesses=guess_categories(typed), stamped=stamp_for(self.request))
            case "publish":
                return self.publish(form, typed, sent)
            case "preview":
                return self._save(form, typed, sent, self.preview_url_name)
        return self._save(form, typed, sent, self.edits, said=_("The draft is saved. Readers do not see it."))

    def publish_stored_draft(self) -> HttpResponse:
        form = self.form(checked=True)
        return self.publish(form, form.typed, self.versions)

    def publish(self, form: RecordForm, typed: Values, sent: dict) -> HttpResponse:
        if not form.is_valid():
            if self.record is None and not any(typed.values()):
                return self.show(form, stamped=stamp_for(self.request))
            # Save the draft before redirecting to the page with the errors.
            return self._save(form, typed, sent, self.edits, more="?check=1")
        try:
            with transaction.atomic():
                record = self.record
                if record is None:
                    record = self._start(typed)
                    sent = {"base": part_digests(typed), "seen": part_digests(record_values(record))}
                by, now = self.request.user, timezone.now()
                record = publish_draft(record=record, values=typed, facts=form.cleaned_data, by=by, now=now, **sent)
        except EditConflict as conflict:
            return self._render_conflict(form, typed, conflict)
        self.stored(record)
        if self.organisation.status == Status.PUBLISHED:
            messages.success(self.request, self.published_message(record))
        else:
            messages.success(self.request, _("Ready: readers see it when the organisation is published."))
        return self.redirect_after_publish()

    def show(self, form: RecordForm, guesses=(), stamped: str = "", status: int = 200) -> HttpResponse:
        chosen = {name: set(form[name].value() or ()) for name in ("categories", "counties", "municipalities")}
        return render(
            self.request,
            self.template,
            {
                "form": form,
                "draft": self.draft,
                "stamp": stamped or new_idempotency_key(),
                "organisation": self.organisation,
                "category_groups": category_groups(chosen["categories"]),
                "area_groups": area_groups(chosen["counties"], chosen["municipalities"]),
                "guesses": [category for category in guesses if str(category.pk) not in chosen["categories"]],
                **self.more(form),
            },
            status=status,
        )

    def _start(self, values: Values) -> DraftedRecord:
        return store_new(self.request, lambda: self.start(values))

    def _unchecked(self, form: RecordForm, typed: Values, sent: dict) -> RecordForm:
        """An unbound form with the typed values, valid or not."""
        unchecked_form = self.form_class(**self._form_kwargs() | {"values": typed, "versions": sent})
        unchecked_form.initial |= {name: self.request.POST.get(name, "") for name in form.asides}
        return unchecked_form

    def _form_kwargs(self) -> dict:
        return {"organisation": self.organisation, "values": self.values, "versions": self.versions}

    def _save(self, form: RecordForm, typed: Values, sent: dict, then: str, *, said="", more="") -> HttpResponse:
        record = self.record
        try:
            if record is None:
                record = self._start(typed)
            else:
                save_draft(record=record, values=typed, by=self.request.user, **sent)
        except EditConflict as conflict:
            return self._render_conflict(form, typed, conflict)
        self.stored(record)
        if said:
            messages.success(self.request, said)
        return redirect(reverse(then, args=[record.pk]) + more)

    def _render_conflict(self, form: RecordForm, mine: Values, conflict: EditConflict) -> HttpResponse:
        current = self.again()
        do = self.request.POST.get("do")
        return render_conflict(
            self.request,
            form,
            mine,
            conflict,
            address=reverse(self.edits, args=[self.record.pk]),
            versions=current.versions | ({"seen": part_digests(conflict.theirs)} if conflict.published else {}),
            draft=current.draft,
            asides=[(name, self.request.POST.get(name, "")) for name in form.asides],
            do=do if do in ("publish", "preview") else "save",
            button=_("Publish these") if do == "publish" else _("Save these as a draft"),
        )
