"""Load the starter taxonomy from the YAML files beside this module."""

from pathlib import Path

import yaml
from django.db import transaction

from services.indexing.services import reindex
from services.models import Category, ExternalCode, SearchPhrase, Synonym
from services.models.category import SafetyLevel, SynonymKind

DATA_FOLDER = Path(__file__).parent
SCHEMES = ("theme", "family-centre-task", "life-situation", "target-group", "form-of-help")


def load_taxonomy() -> int:
    """Add missing categories of the starter taxonomy; returns how many were added.

    Existing categories are left unchanged, as coordinators may have edited them. Search rows are written after the
    categories, so that other transactions can write in between; if that is interrupted, the next run completes it.
    """
    with transaction.atomic():
        added = _add_missing()
    indexed_categories = SearchPhrase.objects.values("category")
    if added or Category.objects.in_use().exclude(pk__in=indexed_categories).exists():
        reindex()
    return added


def _add_missing() -> int:
    existing_codes = set(Category.objects.values_list("code", flat=True))
    added = 0
    for path in sorted(DATA_FOLDER.glob("*.yaml"), key=lambda path: (_scheme_order(path), path.name)):
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for entry in content["categories"]:
            added += _add_category(entry, content["scheme"], None, existing_codes)
    return added


def _synonyms(entry: dict) -> dict[tuple[str, str], tuple[str, str]]:
    """{(language, folded text): (text, kind)}. Words that people use override names of services."""
    return {
        (language, str(word).casefold()): (str(word), kind)
        for key, kind in (("answered_by", SynonymKind.ANSWERED), ("synonyms", SynonymKind.ASKED))
        for language, words in entry.get(key, {}).items()
        for word in words
    }


def _scheme_order(path: Path) -> int:
    return next((i for i, scheme in enumerate(SCHEMES) if path.name.startswith(scheme)), len(SCHEMES))


def _add_category(entry: dict, scheme: str, parent: Category | None, existing_codes: set[str]) -> int:
    added = 0
    if entry["code"] in existing_codes:
        category = Category.objects.get(code=entry["code"])
    else:
        category = Category.objects.create(
            scheme=scheme,
            code=entry["code"],
            parent=parent,
            order=Category.objects.filter(scheme=scheme).count() + 1,
            safety=SafetyLevel[entry.get("safety", "none").upper()],
            **{f"name_{language}": text for language, text in entry["name"].items()},
            **{f"note_{language}": text for language, text in entry.get("note", {}).items()},
        )
        Synonym.objects.bulk_create(
            Synonym(category=category, language=language, text=text, kind=kind, source="starter")
            for (language, _folded), (text, kind) in _synonyms(entry).items()
        )
        ExternalCode.objects.bulk_create(
            ExternalCode(category=category, system="ptv", code=code, match=match)
            for match, codes in (entry.get("ptv") or {}).items()
            for code in codes
        )
        added = 1
    return added + sum(_add_category(child, scheme, category, existing_codes) for child in entry.get("children", []))
