"""The admin site: uses the site's own login and requires a second step."""

from collections.abc import Iterable
from functools import wraps
from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import messages
from django.contrib.admin import AdminSite, ModelAdmin
from django.core.exceptions import BadRequest
from django.db.models import Model
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from organisations import permissions

# Managed on the account pages, not in the admin.
HIDDEN_APP_LABELS = frozenset({"account", "mfa", "socialaccount", "usersessions"})


class CoordinatorAdminSite(AdminSite):
    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[ModelAdmin] | None = None,
        **options: Any,
    ) -> None:
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        super().register(
            [model for model in models if model._meta.app_label not in HIDDEN_APP_LABELS], admin_class, **options
        )

    def login(self, request, extra_context=None):
        return secure_admin_login(super().login)(request, extra_context)

    def admin_view(self, view, cacheable=False):
        """Redirect anonymous users to the login, and users without the required second step to its setup."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def inner(request, *args, **kwargs):
            # Query parameters prefill forms and reach queries; PostgreSQL rejects NUL.
            if "%00" in request.META.get("QUERY_STRING", ""):
                raise BadRequest
            if not permissions.may_use_admin(request.user):
                return secure_admin_login(guarded)(request, *args, **kwargs)
            if permissions.lacks_required_mfa(request.user):
                messages.warning(request, _("Set up a second step for logging in first. The desk opens after that."))
                return redirect("mfa_index")
            return guarded(request, *args, **kwargs)

        return inner
