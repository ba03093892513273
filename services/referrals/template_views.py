"""For signed-in professionals: templates of lists, their own and those of their organisations."""

from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from organisations import permissions
from organisations.access import AuthenticatedRequest
from organisations.core.collation import alphabetical_key
from organisations.core.form_idempotency import AlreadySubmitted, SubmissionInProgress
from organisations.models import User
from services.actions.list_templates import MAX_TEMPLATES, TooManyTemplates, remove_template, save_template
from services.content.form_values import name_without_personal_data
from services.models import ListTemplate, TemplateItem

from .forms import ListDraft


class TemplateForm(forms.Form):
    """Part of the form of a list, for signed-in users."""

    name = forms.CharField(
        label=gettext_lazy("Name of the template"),
        help_text=gettext_lazy("A situation, not a family. For example: separation, under school age, Kerava"),
        max_length=80,
    )
    organisation: forms.Field = forms.ModelChoiceField(
        None, label=gettext_lazy("For whom?"), empty_label=gettext_lazy("Only for me"), required=False
    )

    def __init__(self, data: QueryDict | None, *, user: User):
        super().__init__(data, prefix="template", label_suffix="")
        organisations = permissions.member_organisations(user).alphabetical()
        cast(forms.ModelChoiceField, self.fields["organisation"]).queryset = organisations
        if len(organisations) == 1:
            self.initial["organisation"] = organisations[0].pk

    def clean_name(self) -> str:
        """Refuse personal data: templates live long, and colleagues see them."""
        return name_without_personal_data(self.cleaned_data["name"])


@require_safe
@login_required
@never_cache
def list_templates(request: AuthenticatedRequest) -> HttpResponse:
    items = TemplateItem.objects.select_related("service__organisation")
    templates = ListTemplate.objects.usable_by(request.user).select_related("organisation")
    in_order = sorted(templates.prefetch_related(Prefetch("items", items)), key=lambda t: alphabetical_key(t.name))
    return render(request, "services/referrals/templates.html", {"templates": in_order})


@require_POST
@login_required
def template_remove(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    remove_template(template=get_object_or_404(ListTemplate.objects.usable_by(request.user), pk=pk))
    messages.success(request, _("The template was removed."))
    return redirect("referrals:templates")


def requested_template(request: HttpRequest) -> ListTemplate | None:
    """The template that a new list starts from; Http404 if the user may not use it."""
    pk = request.GET.get("template", "")
    if not pk:
        return None
    templates = ListTemplate.objects.usable_by(request.user).prefetch_related("items")
    return get_object_or_404(templates, pk=int(pk) if pk.isascii() and pk.isdecimal() and len(pk) < 10 else 0)


def store_as_template(request: HttpRequest, draft: ListDraft, form: TemplateForm) -> str:
    """Store the list as a template if both forms are valid; returns what went wrong, or "" with a message added."""
    # Both, so that all errors are shown at once.
    if not all([form.is_valid(), draft.list_form.is_valid(), *(f.is_valid() for f in draft.advice_forms)]):
        return _("The template was not saved: see below.")
    name = form.cleaned_data["name"]
    try:
        save_template(
            name=name,
            owner=form.cleaned_data["organisation"] or cast(User, request.user),
            title=draft.list_form.cleaned_data["title"],
            advice=[advice_form.advice() for advice_form in draft.advice_forms],
            form_key=f"template {draft.list_form.cleaned_data['form_key']} {name}",
        )
    except AlreadySubmitted:
        pass
    except SubmissionInProgress:
        return _("This is being saved already. Wait a little and try again.")
    except TooManyTemplates:
        return _("There are %(max)s templates already. Remove some of them first.") % {"max": MAX_TEMPLATES}
    messages.success(request, _("Saved as a template: %(name)s.") % {"name": name})
    return ""
