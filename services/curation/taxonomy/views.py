"""The tree of a scheme, and a category with its words."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisations.access import AuthenticatedRequest
from organisations.core.form_idempotency import AlreadySubmitted, SubmissionInProgress, new_idempotency_key
from services.actions import categories as actions
from services.content.edit_conflicts import EditConflict
from services.content.record_values import record_values
from services.models import Category, Scheme, Synonym

from .access import coordinators_only
from .counts import category_counts
from .forms import CategoryForm, NewCategoryForm, WordsForm, is_scheme
from .tree import matching_rows, tree_rows
from .words import words_by_group, words_of_others

_require_form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@coordinators_only
def tree(request: AuthenticatedRequest) -> HttpResponse:
    """All categories of a scheme with what hangs on them; `q` finds them by names and words."""
    scheme = request.GET.get("scheme", "")
    scheme = scheme if is_scheme(scheme) else Scheme.THEME.value
    text = request.GET.get("q", "")[:80].strip()
    rows, category_tree = tree_rows(scheme)
    counts = category_counts([row.category for row in rows], category_tree)
    shown = matching_rows(rows, text) if text else rows
    context = {
        "scheme": scheme,
        "schemes": Scheme.choices,
        "text": text,
        "rows": [(row, counts[row.category.pk]) for row in shown],
        "total": len(rows),
    }
    return render(request, "services/curation/taxonomy/tree.html", context)


@_require_form_methods
@coordinators_only
def add_category(request: AuthenticatedRequest, scheme: str) -> HttpResponse:
    if not is_scheme(scheme):
        raise Http404
    if request.method == "POST":
        form = NewCategoryForm(request.POST, values={}, scheme=scheme)
        if form.is_valid():
            facts = form.cleaned_data
            try:
                pk = actions.add_category(scheme=scheme, code=facts["code"], facts=facts, form_key=facts["form_key"]).pk
            except AlreadySubmitted as first:
                return redirect("taxonomy:category", first.record)
            except SubmissionInProgress:
                form.add_error(None, _("This is being saved already. Wait a little and try again."))
            else:
                messages.success(request, _("The category is in use. Add the words that people use for it."))
                return redirect("taxonomy:category", pk)
    else:
        form = NewCategoryForm(values={}, scheme=scheme, form_key=new_idempotency_key())
    context = {"form": form, "scheme": scheme, "scheme_label": Scheme(scheme).label}
    return render(request, "services/curation/taxonomy/category.html", context)


@_require_form_methods
@coordinators_only
def category_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """A category: its names and place, its words, and what hangs on it."""
    category: Category = get_object_or_404(Category.objects.select_related("replaced_by", "parent"), pk=pk)
    form = CategoryForm(
        request.POST if request.method == "POST" else None,
        values=record_values(category),
        scheme=category.scheme,
        category=category,
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_category(
                category=category, facts=form.cleaned_data, values=form.submitted_values, base=form.submitted_base
            )
        except EditConflict as conflict:
            form.explain_conflict(conflict)
        else:
            messages.success(request, _("Saved: searches use it now."))
            return redirect("taxonomy:category", pk)
    return _render_category(request, category, form, WordsForm(label_suffix=""))


@require_POST
@coordinators_only
def move(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Move a category one position up or down among its siblings."""
    category = get_object_or_404(Category.objects.in_use(), pk=pk)
    actions.move_category(category=category, by=-1 if request.POST.get("to") == "up" else 1)
    return redirect("taxonomy:category", pk)


@require_POST
@coordinators_only
def words(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Add words that were pasted, or switch or remove those that are ticked."""
    category = get_object_or_404(Category.objects.in_use(), pk=pk)
    if "add" in request.POST:
        words_form = WordsForm(request.POST, label_suffix="")
        if not words_form.is_valid():
            form = CategoryForm(values=record_values(category), scheme=category.scheme, category=category)
            return _render_category(request, category, form, words_form)
        _add_words(request, category, words_form)
    else:
        ticked = [int(word) for word in request.POST.getlist("word") if word.isdecimal() and len(word) < 10]
        if "remove" in request.POST:
            count = actions.remove_words(category=category, words=ticked)
            done = ngettext("%(n)s word was removed.", "%(n)s words were removed.", count)
        else:
            count = actions.switch_words(category=category, words=ticked, is_active="on" in request.POST)
            done = ngettext("%(n)s word was changed.", "%(n)s words were changed.", count)
        messages.success(request, done % {"n": count})
    return redirect("taxonomy:category", pk)


def _add_words(request: AuthenticatedRequest, category: Category, form: WordsForm) -> None:
    language = form.cleaned_data["language"]
    outcome = actions.add_words(
        category=category, language=language, kind=form.cleaned_data["kind"], texts=form.cleaned_data["words"]
    )
    done = ngettext("%(n)s word was added.", "%(n)s words were added.", len(outcome.added))
    messages.success(request, done % {"n": len(outcome.added)})
    if outcome.known:
        messages.info(request, _("The category had these already: %(words)s.") % {"words": ", ".join(outcome.known)})
    if outcome.too_long:
        messages.error(request, _("Too long, not added: %(words)s.") % {"words": ", ".join(outcome.too_long)})
    for other, shared in words_of_others(category, language, outcome.added):
        message = _("Also words of “%(category)s”: %(words)s.") % {"category": other, "words": ", ".join(shared)}
        messages.info(request, message)


def _render_category(
    request: AuthenticatedRequest, category: Category, form: CategoryForm, words_form: WordsForm
) -> HttpResponse:
    category_tree = Category.tree()
    context = {
        "category": category,
        "scheme": category.scheme,
        "scheme_label": category.get_scheme_display(),
        "form": form,
        "words_form": words_form,
        "word_groups": words_by_group(Synonym.objects.filter(category=category)),
        "counts": category_counts([category], category_tree)[category.pk],
        "external_codes": category.external_codes.all(),
        # Only words from elsewhere are marked.
        "usual_sources": (actions.CURATOR, "starter"),
    }
    status = 409 if form.has_conflict else 200
    return render(request, "services/curation/taxonomy/category.html", context, status=status)
