"""Merge a category into another one: what would change, the merger, and its undoing."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from organisations.access import AuthenticatedRequest
from organisations.models import Organisation
from services.actions.categories import CannotMerge, merge_category, undo_merger, words_that_move
from services.models import Category, SavedSearch, Service, ServicePath, Synonym

from .access import coordinators_only
from .forms import MergeForm


@dataclass(frozen=True)
class MergePreview:
    """What a merger moves to its target: records tagged with the category itself, and what refers to it."""

    services: int
    organisations: int
    both: int
    words: list[Synonym]
    children: list[Category]
    paths: list[ServicePath]
    saved_searches: int


@require_http_methods(["GET", "HEAD", "POST"])
@coordinators_only
def merge(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Choose the target, see what would change, then confirm."""
    category: Category = get_object_or_404(Category.objects.select_related("replaced_by"), pk=pk)
    if category.replaced_by:
        messages.info(request, _("This category has been merged already."))
        return redirect("taxonomy:category", pk)
    data = request.POST if request.method == "POST" else request.GET if "into" in request.GET else None
    form = MergeForm(data, category=category)
    preview = target = None
    if form.is_bound and form.is_valid():
        target = form.cleaned_data["into"]
        if request.method == "POST":
            try:
                merge_category(category=category, into=target)
            except CannotMerge:
                form.add_error("into", _("Somebody has changed the taxonomy meanwhile. Choose again."))
            else:
                done = _("“%(category)s” is now “%(target)s”.") % {"category": category, "target": target}
                messages.success(request, done)
                return redirect("taxonomy:category", target.pk)
        else:
            preview = merge_preview(category, target)
    context = {"category": category, "form": form, "preview": preview, "target": target}
    return render(request, "services/curation/taxonomy/merge.html", context)


@require_POST
@coordinators_only
def undo(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Let a merged category stand for itself again."""
    category: Category = get_object_or_404(Category.objects.exclude(replaced_by=None), pk=pk)
    undo_merger(category=category)
    messages.success(request, _("The merger was undone: “%(category)s” is in use again.") % {"category": category})
    return redirect("taxonomy:category", pk)


def merge_preview(category: Category, target: Category) -> MergePreview:
    services = Service.objects.filter(categories=category)
    return MergePreview(
        services=services.count(),
        organisations=Organisation.objects.filter(categories=category).count(),
        both=services.filter(pk__in=Service.objects.filter(categories=target)).count(),
        words=words_that_move(category, target),
        children=list(Category.objects.in_use().filter(parent=category).order_by("order", "pk")),
        paths=list(ServicePath.objects.filter(category=category).order_by("pk")),
        saved_searches=SavedSearch.objects.filter(query__regex=rf"(^|&)category={category.code}(&|$)").count(),
    )
