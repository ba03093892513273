"""Update the search index when records are saved or deleted in the admin."""

import re
from collections.abc import Iterable

from django.contrib import admin
from django.db import transaction
from django.db.models import Model

from organisations.core.retry_forms import is_rerendering
from services.indexing.lock import lock_search_index
from services.indexing.services import index_services


class ReindexMixin(admin.ModelAdmin):
    """For admins whose records affect search rows of services. Takes the index lock before any row lock.

    `indexed_fields` and `indexed_inlines` name the indexed content, so that other changes do not rebuild hundreds of
    rows; None means everything. Translated fields are named without language suffix.
    """

    indexed_fields: frozenset[str] | None = None
    indexed_inlines: tuple[type[Model], ...] = ()

    def affected_service_ids(self, records: Iterable) -> set[int]:
        """Ids of the services whose search rows depend on the records."""
        raise NotImplementedError

    @transaction.atomic
    def changeform_view(self, request, *args, **kwargs):
        if request.method == "POST":
            self.lock_before_write()
        return super().changeform_view(request, *args, **kwargs)

    @transaction.atomic
    def delete_view(self, request, *args, **kwargs):
        if request.method == "POST":
            self.lock_before_write()
        return super().delete_view(request, *args, **kwargs)

    def lock_before_write(self):
        if not is_rerendering():
            lock_search_index()

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if not change or self._needs_reindex(form, formsets):
            self.records_changed([form.instance])

    @transaction.atomic
    def delete_model(self, request, obj):
        service_ids = self.affected_service_ids([obj])
        self.prepare_deletion([obj])
        super().delete_model(request, obj)
        index_services(service_ids=service_ids)

    @transaction.atomic
    def delete_queryset(self, request, queryset):
        lock_search_index()
        records = list(queryset)
        service_ids = self.affected_service_ids(records)
        self.prepare_deletion(records)
        super().delete_queryset(request, queryset)
        index_services(service_ids=service_ids)

    def prepare_deletion(self, records: list) -> None:
        """Remove search rows that depend on the records before these are deleted."""

    def records_changed(self, records: list) -> None:
        """Update the search rows that depend on the records."""
        index_services(service_ids=self.affected_service_ids(records))

    def _needs_reindex(self, form, formsets) -> bool:
        if self.indexed_fields is None:
            return True
        changed = {re.sub(r"_(fi|sv|en)$", "", field) for field in form.changed_data}
        return not self.indexed_fields.isdisjoint(changed) or any(
            formset.has_changed() for formset in formsets if formset.model in self.indexed_inlines
        )
