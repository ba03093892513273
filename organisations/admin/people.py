"""Admin of users, for superusers only."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from organisations.models import Membership, User

from .base import AnonymousLogMixin, TamperSafeInlineFormSet
from .last_admin import organisations_administered_by, warn_of_missing_admins
from .tamper_safe import TamperSafeAutocompleteMixin


class UniqueEmailForm(forms.ModelForm):
    def clean_email(self):
        """Convert to lower case and reject an address in use, whatever its case."""
        email = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is already an account with this address."))
        return email


class NewUserForm(UniqueEmailForm, AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name", "language")


class UserForm(UniqueEmailForm, UserChangeForm):
    """Fields come from `UserAdmin.fieldsets`."""

    class Meta:
        model = User
        fields = ()


class UserMembershipInline(TamperSafeAutocompleteMixin, admin.TabularInline):
    model = Membership
    formset = TamperSafeInlineFormSet
    extra = 0
    autocomplete_fields = ("organisation",)
    fields = ("organisation", "role", "created_at")
    readonly_fields = ("created_at",)


@admin.register(User)
class UserAdmin(AnonymousLogMixin, StockUserAdmin):
    form = UserForm
    add_form = NewUserForm
    list_display = ("email", "name", "is_active", "is_staff", "is_superuser", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "groups")
    search_fields = ("email", "name")
    ordering = ("email",)
    filter_horizontal = ("groups", "user_permissions")
    autocomplete_fields = ("coordinates",)
    readonly_fields = ("last_login", "date_joined")
    inlines = (UserMembershipInline,)
    fieldsets = [
        (None, {"fields": ["email", "password", "name", "language"]}),
        (_("What she or he may do"), {"fields": ["is_active", "vouched_for", "is_staff", "groups", "coordinates"]}),
        (
            _("More rights"),
            {"fields": ["is_superuser", "user_permissions"], "classes": ["collapse"]},
        ),
        (_("When"), {"fields": ["last_login", "date_joined"]}),
    ]
    actions = ("take_away_second_step",)
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": ["email", "name", "language", "usable_password", "password1", "password2"],
            },
        )
    ]

    def save_model(self, request, obj, form, change):
        request.administered_organisations = organisations_administered_by([obj]) if change else []
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            # The old address loses access; the new one is verified at the next login.
            EmailAddress.objects.filter(user=obj).delete()

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        warn_of_missing_admins(request, request.administered_organisations)

    def delete_model(self, request, obj):
        organisations = organisations_administered_by([obj])
        super().delete_model(request, obj)
        warn_of_missing_admins(request, organisations)

    def delete_queryset(self, request, queryset):
        organisations = organisations_administered_by(queryset)
        super().delete_queryset(request, queryset)
        warn_of_missing_admins(request, organisations)

    def log_addition(self, request, obj, message):
        return _anonymise_log_entry(super().log_addition(request, obj, message))

    def log_change(self, request, obj, message):
        return _anonymise_log_entry(super().log_change(request, obj, message))

    def log_deletions(self, request, queryset):
        return [_anonymise_log_entry(entry) for entry in super().log_deletions(request, queryset)]

    def get_inlines(self, request, obj):
        return self.inlines if obj else ()

    @admin.action(description=_("Take away the second step of login (a lost phone)"), permissions=["change"])
    def take_away_second_step(self, request, queryset):
        """Remove all second steps. Users who require one must set it up again before using the admin."""
        Authenticator.objects.filter(user__in=queryset).delete()
        count = queryset.count()
        message = ngettext("Taken away from %(count)s person.", "Taken away from %(count)s people.", count)
        messages.success(request, message % {"count": count})


def _anonymise_log_entry(entry: LogEntry) -> LogEntry:
    """Store the primary key instead of the name, which would outlive the deleted account."""
    entry.object_repr = f"#{entry.object_id}"
    entry.save(update_fields=["object_repr"])
    return entry
