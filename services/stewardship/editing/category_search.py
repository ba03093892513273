"""Subjects to choose from: by what is typed, also by synonyms, or by what a text speaks of."""

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
    """Buttons for a script: categories by `q`, or by the texts of a form that is sent."""
    if request.method == "POST":
        found = guess_categories({name: value.replace("\x00", "") for name, value in request.POST.items()})
    else:
        found = _categories_matching(request.GET.get("q", "").replace("\x00", "").strip())
    return render(request, "services/stewardship/editing/_categories.html", {"categories": found})


def _categories_matching(text: str) -> QuerySet[Category]:
    """Categories with a name or a synonym that holds the text; those whose name begins so come first."""
    found = Category.objects.in_use().select_related("parent")
    if not MIN_QUERY_LENGTH <= len(text) <= 60 or holds_identity_code(text):
        return found.none()
    begins, holds = (
        Q(**{f"name_fi__{how}": text}) | Q(**{f"name_sv__{how}": text}) | Q(**{f"name_en__{how}": text})
        for how in ("istartswith", "icontains")
    )
    word = Q(pk__in=Category.objects.filter(synonyms__is_active=True, synonyms__text__icontains=text).values("pk"))
    rank = Case(When(begins, then=0), When(holds, then=1), default=2)
    return found.filter(holds | word).order_by(rank, "order", "pk")[:MAX_RESULTS]
