"""The workflow of records with drafts: save, preview, publish and resolve edit conflicts."""

from collections.abc import Iterable
from typing import Any, Generic

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.access import AuthenticatedRequest
from organisations.core.form_idempotency import AlreadySubmitted, SubmissionInProgress, new_idempotency_key
from organisations.core.retry_forms import NOT_SAVED, is_rerendering
from organisations.models import Organisation
from organisations.models.base import Status
from services.actions.drafts import Record, publish_draft, save_draft
from services.content.edit_conflicts import Digests, EditConflict
from services.content.record_values import Values, add_newer_digests, add_newer_fields, record_values, value_digests
from services.indexing.guess_categories import guess_categories
from services.models import Category, Draft

from .choice_groups import area_groups, category_groups
from .conflict_views import read_submission, render_conflict
from .record_form import RecordForm
from .submission import say_in_progress, say_removed_since, stamp_for, store_new


class DraftWorkflow(Generic[Record]):
    """Edit, preview and publish a draft. `record` is None for a new record.

    `edit_url_name` and `preview_url_name` are names of URLs with the primary key of the record.
    """

    form_class: type[RecordForm]
    template: str
    edit_url_name: str
    preview_url_name: str

    def __init__(self, request: AuthenticatedRequest, organisation: Organisation, record: Record | None):
        self.request, self.organisation = request, organisation
        self.record: Record | None = record
        self.draft: Draft | None = None if record is None else getattr(record, "draft", None)
        self.published: Values = {} if record is None else record_values(record)
        self.values, published_base = self.published, value_digests(self.published)
        if self.draft is not None:
            self.values = add_newer_fields(self.draft.values, self.published)
            published_base = add_newer_digests(self.draft.seen, self.published)
        self.versions: dict[str, Digests] = {"base": value_digests(self.values), "published_base": published_base}

    # Hooks for each kind of record

    def create_record(self, values: Values) -> Record:
        """Create the record with its draft."""
        raise NotImplementedError

    def reload(self) -> "DraftWorkflow[Record]":
        """A workflow with the current state, after a conflicting write."""
        raise NotImplementedError

    def of_record(self, record: int) -> "DraftWorkflow[Record] | None":
        """A workflow for the record created by an earlier submission of the form; None if it was deleted."""
        raise NotImplementedError

    def after_save(self, record: Record) -> None:
        """Handle submitted fields that are not values of the record."""

    def redirect_after_publish(self) -> HttpResponse:
        raise NotImplementedError

    def published_message(self, record: Record) -> str:
        return _("Published: readers see it now.")

    def extra_context(self, form: RecordForm) -> dict[str, Any]:
        """Additional template context."""
        return {}

    # Shared steps

    def form(self, *, checked: bool = False) -> RecordForm:
        return self.form_class(**self._form_kwargs(), checked=checked)

    def handle_request(self) -> HttpResponse:
        if self.request.method != "POST":
            return self.render_form(self.form(checked="check" in self.request.GET))
        form, values, versions = read_submission(self.request, self.form_class, self._form_kwargs(), self.published)
        if is_rerendering():
            # A draft may be incomplete: report only the failed save, not field errors.
            messages.error(self.request, NOT_SAVED)
            return self.render_form(self._unchecked_form(form, values, versions), stamp=stamp_for(self.request))
        try:
            return self._handle_submission(form, values, versions)
        except SubmissionInProgress:
            say_in_progress(self.request)
            return self.render_form(form, stamp=stamp_for(self.request), status=409)
        except AlreadySubmitted as submitted:
            # Double click or resubmission: treat it as an edit of the stored record, so later changes are compared.
            if workflow := self.of_record(submitted.record):
                return workflow.handle_request()
            say_removed_since(self.request)
            return self.render_form(form, status=409)

    def publish_stored_draft(self) -> HttpResponse:
        form = self.form(checked=True)
        return self.publish(form, form.submitted_values, self.versions)

    def publish(self, form: RecordForm, values: Values, versions: dict[str, Digests]) -> HttpResponse:
        if not form.is_valid():
            if self.record is None and not any(values.values()):
                return self.render_form(form, stamp=stamp_for(self.request))
            # Save the draft before redirecting to the page with the errors.
            return self._save(form, values, versions, self.edit_url_name, query="?check=1")
        try:
            with transaction.atomic():
                record = self.record
                if record is None:
                    record = self._create_once(values)
                    versions = {
                        "base": value_digests(values),
                        "published_base": value_digests(record_values(record)),
                    }
                record = publish_draft(
                    record=record,
                    values=values,
                    facts=form.cleaned_data,
                    by=self.request.user,
                    now=timezone.now(),
                    **versions,
                )
        except EditConflict as conflict:
            return self._render_conflict(form, values, conflict)
        self.after_save(record)
        if self.organisation.status == Status.PUBLISHED:
            messages.success(self.request, self.published_message(record))
        else:
            messages.success(self.request, _("Ready: readers see it when the organisation is published."))
        return self.redirect_after_publish()

    def render_form(
        self, form: RecordForm, guesses: Iterable[Category] = (), stamp: str = "", status: int = 200
    ) -> HttpResponse:
        chosen = {name: set(form[name].value() or ()) for name in ("categories", "counties", "municipalities")}
        return render(
            self.request,
            self.template,
            {
                "form": form,
                "draft": self.draft,
                "stamp": stamp or new_idempotency_key(),
                "organisation": self.organisation,
                "category_groups": category_groups(chosen["categories"]),
                "area_groups": area_groups(chosen["counties"], chosen["municipalities"]),
                "guesses": [category for category in guesses if str(category.pk) not in chosen["categories"]],
                **self.extra_context(form),
            },
            status=status,
        )

    def _handle_submission(self, form: RecordForm, values: Values, versions: dict[str, Digests]) -> HttpResponse:
        match self.request.POST.get("do"):
            case "guess":
                unchecked_form = self._unchecked_form(form, values, versions)
                guesses = guess_categories(values)
                return self.render_form(unchecked_form, guesses=guesses, stamp=stamp_for(self.request))
            case "publish":
                return self.publish(form, values, versions)
            case "preview":
                return self._save(form, values, versions, self.preview_url_name)
        message = _("The draft is saved. Readers do not see it.")
        return self._save(form, values, versions, self.edit_url_name, message=message)

    def _create_once(self, values: Values) -> Record:
        return store_new(self.request, lambda: self.create_record(values))

    def _unchecked_form(self, form: RecordForm, values: Values, versions: dict[str, Digests]) -> RecordForm:
        """An unbound form with the submitted values, valid or not."""
        unchecked_form = self.form_class(organisation=self.organisation, values=values, versions=versions)
        unchecked_form.initial.update({name: self.request.POST.get(name, "") for name in form.non_value_fields})
        return unchecked_form

    def _form_kwargs(self) -> dict[str, Any]:
        return {"organisation": self.organisation, "values": self.values, "versions": self.versions}

    def _save(
        self,
        form: RecordForm,
        values: Values,
        versions: dict[str, Digests],
        url_name: str,
        *,
        message: str = "",
        query: str = "",
    ) -> HttpResponse:
        """Save the draft and redirect to the URL of the record."""
        record = self.record
        try:
            if record is None:
                record = self._create_once(values)
            else:
                save_draft(record=record, values=values, by=self.request.user, **versions)
        except EditConflict as conflict:
            return self._render_conflict(form, values, conflict)
        self.after_save(record)
        if message:
            messages.success(self.request, message)
        return redirect(reverse(url_name, args=[record.pk]) + query)

    def _render_conflict(self, form: RecordForm, mine: Values, conflict: EditConflict) -> HttpResponse:
        assert self.record is not None  # a new record conflicts with nothing
        current = self.reload()
        do = self.request.POST.get("do")
        return render_conflict(
            self.request,
            form,
            mine,
            conflict,
            address=reverse(self.edit_url_name, args=[self.record.pk]),
            versions=current.versions | ({"published_base": conflict.digests} if conflict.published else {}),
            draft=current.draft,
            non_value_fields=[(name, self.request.POST.get(name, "")) for name in form.non_value_fields],
            do=do if do in ("publish", "preview") else "save",
            button=_("Publish these") if do == "publish" else _("Save these as a draft"),
        )
