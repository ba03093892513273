"""Category options for a form: matches of a query, including synonyms, or guesses from the form's texts."""

from collections.abc import Iterable

from django.contrib.auth.decorators import login_required
from django.db.models import Case, Q, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from services.indexing.guess_categories import guess_categories
from services.models import Category
from services.search.personal_data import holds_identity_code

MIN_QUERY_LENGTH, MAX_RESULTS = 2, 12


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
@sensitive_post_parameters()
def category_options(request: HttpRequest) -> HttpResponse:
    """HTML fragment with categories: GET searches by `q`, POST guesses from the submitted texts."""
    categories: Iterable[Category]
    if request.method == "POST":
        categories = guess_categories({name: str(value).replace("\x00", "") for name, value in request.POST.items()})
    else:
        categories = _categories_matching(request.GET.get("q", "").replace("\x00", "").strip())
    return render(request, "services/stewardship/editing/_categories.html", {"categories": categories})


def _categories_matching(text: str) -> QuerySet[Category]:
    """Categories whose name or synonym contains the text; those whose name starts with it come first."""
    categories = Category.objects.in_use().select_related("parent")
    if not MIN_QUERY_LENGTH <= len(text) <= 60 or holds_identity_code(text):
        return categories.none()
    prefix_match, name_match = (
        Q(**{f"name_fi__{lookup}": text}) | Q(**{f"name_sv__{lookup}": text}) | Q(**{f"name_en__{lookup}": text})
        for lookup in ("istartswith", "icontains")
    )
    synonym_match = Q(
        pk__in=Category.objects.filter(synonyms__is_active=True, synonyms__text__icontains=text).values("pk")
    )
    rank = Case(When(prefix_match, then=0), When(name_match, then=1), default=2)
    return categories.filter(name_match | synonym_match).order_by(rank, "order", "pk")[:MAX_RESULTS]
