"""Admin actions shared by organisations and services: publish, archive, confirm."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import label_for_field
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, override
from django.utils.translation import gettext_lazy as _

from organisations.models.base import Status

from .base import CoordinatorScopedAdmin, TranslatedModelAdmin

STALE_AFTER = dt.timedelta(days=365)
MAX_NAMES_IN_MESSAGE = 10


class ConfirmedFilter(admin.SimpleListFilter):
    title = _("last confirmed")
    parameter_name = "confirmed"

    def lookups(self, request, model_admin):
        return [
            ("fresh", _("within a year")),
            ("stale", _("over a year ago")),
            ("never", _("never")),
        ]

    def queryset(self, request, queryset):
        limit = timezone.now() - STALE_AFTER
        condition = {
            "fresh": Q(assured_at__gte=limit),
            "stale": Q(assured_at__lt=limit),
            "never": Q(assured_at__isnull=True),
        }.get(self.value() or "")
        return queryset.filter(condition) if condition else queryset


class StewardedForm(forms.ModelForm):
    confirm_now = forms.BooleanField(
        label=_("I have checked today that this is true"),
        required=False,
        help_text=_("Readers see the day and trust the record more."),
    )


class StewardedAdmin(CoordinatorScopedAdmin, TranslatedModelAdmin):
    """Admin of a model that is published and confirmed, singly or in bulk."""

    form = StewardedForm
    actions = ("publish", "archive", "confirm")
    readonly_fields = ("assured_at", "confirmed_by", "created_at", "updated_at")
    stewardship_fieldset: Any = (
        _("Publishing and confirming"),
        {"fields": ("status", "confirm_now", ("assured_at", "confirmed_by"), ("created_at", "updated_at"))},
    )

    def save_model(self, request, obj, form, change):
        if form.cleaned_data.get("confirm_now"):
            obj.assured_at, obj.assured_by = timezone.now(), request.user
        super().save_model(request, obj, form, change)

    @admin.display(description=_("confirmed by"))
    def confirmed_by(self, obj):
        """Without a link, as coordinators have no access to users."""
        return str(obj.assured_by or "–")

    @admin.display(description=_("last confirmed"), ordering="assured_at")
    def confirmed(self, obj):
        day = obj.assured_at and timezone.localtime(obj.assured_at).date()
        return date_format(day, "SHORT_DATE_FORMAT") if day else None

    def view_on_site(self, obj):
        """The URL of the public page; None for records without one."""
        return obj.get_absolute_url() if self.is_public(obj) else None

    def is_public(self, obj) -> bool:
        return obj.status == Status.PUBLISHED

    @admin.action(description=_("Publish"), permissions=["change"])
    def publish(self, request, queryset):
        unnamed = queryset.filter(Q(name_fi__isnull=True) | Q(name_fi=""))
        if names := [str(record) for record in unnamed]:
            messages.error(
                request,
                gettext("Not published, because the Finnish name is missing: %(names)s.")
                % {"names": _join_names(names)},
            )
        publishable = queryset.exclude(pk__in=unnamed.values("pk"))
        count = self._bulk_update(request, publishable, status=Status.PUBLISHED)
        _report_success(request, ngettext("%(count)s record published.", "%(count)s records published.", count), count)

    @admin.action(description=_("Archive"), permissions=["change"])
    def archive(self, request, queryset):
        count = self._bulk_update(request, queryset, status=Status.ARCHIVED)
        _report_success(request, ngettext("%(count)s record archived.", "%(count)s records archived.", count), count)

    @admin.action(description=_("Mark as confirmed today"), permissions=["change"])
    def confirm(self, request, queryset):
        count = self._bulk_update(request, queryset, assured_at=timezone.now(), assured_by=request.user)
        _report_success(request, ngettext("%(count)s record confirmed.", "%(count)s records confirmed.", count), count)

    def lock_before_write(self) -> None:
        """Hook called first in every writing transaction, to take locks in a fixed order."""

    def records_changed(self, records: list) -> None:
        """Hook called in the transaction after an action has changed records."""

    @transaction.atomic
    def _bulk_update(self, request, queryset, **values) -> int:
        self.lock_before_write()
        # Fetch by primary key: the changelist query may have joins that update() does not support.
        records = list(self.coordinated(request, self.model._default_manager.filter(pk__in=queryset.values("pk"))))
        if not records:
            return 0
        editable = self.model._default_manager.filter(pk__in=[record.pk for record in records])
        editable.update(**values, updated_at=timezone.now())
        with override(None):
            labels = [str(label_for_field(field, self.model)) for field in values]
        LogEntry.objects.log_actions(request.user.pk, records, CHANGE, [{"changed": {"fields": labels}}])
        self.records_changed(records)
        return len(records)


def _report_success(request, message: str, count: int) -> None:
    if count:
        messages.success(request, message % {"count": count})


def _join_names(names: list[str]) -> str:
    hidden_count = len(names) - MAX_NAMES_IN_MESSAGE
    joined = ", ".join(names[:MAX_NAMES_IN_MESSAGE])
    if hidden_count <= 0:
        return joined
    return gettext("%(names)s and %(count)s more") % {"names": joined, "count": hidden_count}
