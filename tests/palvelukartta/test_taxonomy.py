"""The starter taxonomy: words of families and professionals in three languages under shared categories."""

import re

import pytest
from django.db.models import Count, Q

from palvelukartta.taxonomy import load_taxonomy
from services.models import Category, ExternalCode, Synonym
from tests import cast

LANGUAGES = ("fi", "sv", "en")
LEAST_SYNONYMS = {"fi": 6, "sv": 4, "en": 4}


@pytest.fixture(scope="module")
def taxonomy(django_db_setup, django_db_blocker):
    yield from cast.shared_data(django_db_blocker, load_taxonomy)


@pytest.fixture(scope="module")
def themed_services(taxonomy, django_db_blocker):
    """A service for every theme, named by its code."""

    def load():
        house = cast.organisation("Perhetalo")
        themes = Category.objects.filter(scheme="theme")
        cast.index_for_search(*(cast.service(theme.code, house, tags=[theme], indexed=False) for theme in themes))

    yield from cast.shared_data(django_db_blocker, load)


@pytest.fixture
def leaf_themes(taxonomy, db):
    """Subthemes, each with the number of its words by language."""
    counts = {f"words_{code}": Count("synonyms", Q(synonyms__language=code)) for code in LANGUAGES}
    return Category.objects.filter(scheme="theme", parent__isnull=False).annotate(**counts)


def test_themes_in_two_levels(leaf_themes):
    assert len(leaf_themes) >= 70
    assert not Category.objects.filter(parent__parent__isnull=False).exists()
    assert not Category.objects.filter(scheme="theme", parent__isnull=True, children__isnull=True).exists()


def test_every_theme_has_everyday_words(leaf_themes):
    for leaf in leaf_themes:
        for language, least in LEAST_SYNONYMS.items():
            assert getattr(leaf, f"words_{language}") >= least, (leaf.code, language)


def test_every_category_has_names_in_all_languages(taxonomy, db):
    for category in Category.objects.all():
        assert all(getattr(category, f"name_{language}") for language in LANGUAGES), category.code


def test_every_theme_says_what_belongs_to_it(leaf_themes):
    for leaf in leaf_themes:
        assert all(len(getattr(leaf, f"note_{language}") or "") > 20 for language in LANGUAGES), leaf.code


def test_every_theme_is_mapped_to_ptv_classes(leaf_themes):
    for leaf in leaf_themes:
        codes = leaf.external_codes.filter(system="ptv").values_list("code", flat=True)
        assert codes, leaf.code
        assert all(re.fullmatch(r"P\d+(\.\d+)?", code) for code in codes), leaf.code


def test_other_schemes(taxonomy, db):
    def count(scheme):
        return Category.objects.filter(scheme=scheme).count()

    assert count("family-centre-task") == 7
    assert 12 <= count("life-situation") <= 20
    assert count("target-group") >= 8
    assert count("form-of-help") >= 8


@pytest.mark.parametrize(
    ("query", "themes"),
    [
        ("juo liikaa", ["substances-and-addictions"]),
        ("nepsy", ["child-health-and-development", "care-and-disability"]),
        ("ei jaksa", ["family-life", "mental-health"]),
        ("rahat loppu", ["money-and-housing"]),
    ],
)
def test_what_people_really_say(themed_services, find, db, query, themes):
    codes = Category.objects.filter(Q(code__in=themes) | Q(parent__code__in=themes)).values_list("code", flat=True)
    assert set(codes) & set(find(q=query).names[:3])


def test_no_word_twice_in_a_category(taxonomy, db):
    words = [
        (category, language, text.casefold())
        for category, language, text in Synonym.objects.values_list("category", "language", "text")
    ]
    assert len(words) == len(set(words))


def test_loading_again_adds_nothing(taxonomy, db):
    counts = Category.objects.count(), Synonym.objects.count(), ExternalCode.objects.count()
    assert load_taxonomy() == 0
    assert (Category.objects.count(), Synonym.objects.count(), ExternalCode.objects.count()) == counts


def test_what_coordinators_changed_stays(taxonomy, db):
    theme = Category.objects.filter(scheme="theme", parent__isnull=False).first()
    theme.synonyms.all().delete()
    Category.objects.filter(pk=theme.pk).update(name_fi="Uusi nimi")
    load_taxonomy()
    theme.refresh_from_db()
    assert theme.name_fi == "Uusi nimi"
    assert not theme.synonyms.exists()


def test_category_that_was_removed_comes_back_in_its_place(taxonomy, db):
    leaf = Category.objects.filter(scheme="theme", parent__isnull=False).last()
    parent = leaf.parent
    leaf.delete()
    assert load_taxonomy() == 1
    assert Category.objects.get(code=leaf.code).parent == parent
