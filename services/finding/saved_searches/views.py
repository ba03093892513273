"""For signed-in users: keep a search, see what is new in the kept ones, switch mails, remove searches."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisations.access import AuthenticatedRequest
from organisations.core.form_idempotency import AlreadySubmitted, SubmissionInProgress, new_idempotency_key
from organisations.core.retry_forms import RetryForm
from services.actions import saved_searches
from services.content.form_values import name_without_personal_data
from services.finding.facets import filter_chips
from services.finding.filters import Filters
from services.finding.url_parameters import current_language, request_filters
from services.models import SavedSearch
from services.search.personal_data import personal_data_in

from .matching import matches

MAX_NEWS_SHOWN = 5


class SaveSearchForm(RetryForm, forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name of the search"), max_length=SavedSearch._meta.get_field("name").max_length
    )
    by_mail = forms.BooleanField(
        label=gettext_lazy("Send me an e-mail once a week when something is new or gone"), required=False
    )
    form_key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def clean_name(self) -> str:
        return name_without_personal_data(self.cleaned_data["name"])


@require_safe
@login_required
@never_cache
def searches(request: AuthenticatedRequest) -> HttpResponse:
    """The searches that the user keeps, with the latest news of each."""
    kept = list(SavedSearch.objects.of(request.user).prefetch_related("news__service").order_by("-pk"))
    context = {"searches": [(search, search.news.all()[:MAX_NEWS_SHOWN]) for search in kept]}
    return render(request, "services/finding/saved_searches/searches.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def save(request: AuthenticatedRequest) -> HttpResponse:
    """Keep the search whose parameters are in the address."""
    filters = request_filters(request)
    # An address without them has no search to keep; words about a person are not kept.
    is_empty = filters.query_string() == "?"
    is_personal = filters.has_identity_code or bool(personal_data_in(filters.text))
    chips = filter_chips(filters)
    initial = {"name": ", ".join(str(chip.label) for chip in chips)[:80], "form_key": new_idempotency_key()}
    form = SaveSearchForm(request.POST if request.method == "POST" else None, initial=initial, label_suffix="")
    if request.method == "POST" and not is_empty and not is_personal and form.is_valid():
        try:
            _save(request, filters, form)
        except AlreadySubmitted:
            return redirect("searches:searches")
        except SubmissionInProgress:
            form.add_error(None, _("This is being saved already. Wait a little and try again."))
        except saved_searches.TooManySearches:
            limit = {"max": saved_searches.MAX_SEARCHES}
            form.add_error(None, _("You keep %(max)s searches already. Remove some of them first.") % limit)
        else:
            messages.success(request, _("The search is kept."))
            return redirect("searches:searches")
    context = {"form": form, "filters": filters, "chips": chips, "is_empty": is_empty, "is_personal": is_personal}
    return render(request, "services/finding/saved_searches/save.html", context)


@require_POST
@login_required
def mail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Switch the weekly mail of a search on or off."""
    search = get_object_or_404(SavedSearch.objects.of(request.user), pk=pk)
    by_mail = "on" in request.POST
    saved_searches.set_mail(search=search, by_mail=by_mail)
    messages.success(
        request, _("You get mails about this search.") if by_mail else _("No more mails about this search.")
    )
    return redirect("searches:searches")


@require_POST
@login_required
def remove(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    saved_searches.remove_search(search=get_object_or_404(SavedSearch.objects.of(request.user), pk=pk))
    messages.success(request, _("The search is no longer kept."))
    return redirect("searches:searches")


def _save(request: AuthenticatedRequest, filters: Filters, form: SaveSearchForm) -> None:
    saved_searches.save_search(
        user=request.user,
        name=form.cleaned_data["name"],
        query=filters.query_string(sort="").removeprefix("?"),
        language=current_language(),
        by_mail=form.cleaned_data["by_mail"],
        matches=matches(filters, timezone.localdate()),
        now=timezone.now(),
        form_key=form.cleaned_data["form_key"],
    )
