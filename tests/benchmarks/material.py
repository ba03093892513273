"""The texts that the invented directory is made of: those of the demonstration and, where it is there, the corpus.

Both are loaded by the project's own code, so that categories and facts are as it maps them, read, and rolled back.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from django.db import connection, transaction
from tqdm import tqdm

from palvelukartta.demo.loading import load_demo
from services.exchange.importers.ptv.import_ptv import import_ptv
from services.models import Category, Scheme, Service
from services.search.analysis import LANGUAGES

from .options import CORPUS_FOLDER

TEXT_FIELDS = ("name", "summary", "eligibility", "client_access", "requirements", "search_words")
FACT_FIELDS = (
    "age_min age_max channels languages access_routes cost low_threshold anonymous accessibility valid_from valid_until"
).split()
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass
class ServiceSample:
    """One service to take texts and facts from; `topic` is the theme at the top of its tree, or None."""

    texts: dict[str, dict[str, str]]
    facts: dict
    categories: list[int]
    topic: int | None

    @property
    def is_rich(self) -> bool:
        return bool(self.facts["access_routes"] and self.facts["cost"])


@dataclass
class SampleCollection:
    """All pieces, and by topic and language the sentences of their descriptions."""

    samples: dict[int | None, list[ServiceSample]] = field(default_factory=lambda: defaultdict(list))
    sentences: dict[tuple[int | None, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    with_corpus: bool = False

    @property
    def count(self) -> int:
        return sum(map(len, self.samples.values()))

    @cached_property
    def rich_samples(self) -> list[ServiceSample]:
        """Pieces with the facts that filters ask for."""
        return [piece for pieces in self.samples.values() for piece in pieces if piece.is_rich]


def collect_samples() -> SampleCollection:
    """Read the texts; the database must hold the taxonomy and no organisations, and is left as it was."""
    material = SampleCollection(with_corpus=CORPUS_FOLDER.is_dir())
    with transaction.atomic(), tqdm(desc="texts: demonstration", total=1, unit="") as bar:
        load_demo()
        bar.update()

        def show(stage: str, done: int, total: int) -> None:
            bar.set_description(f"texts: {stage}", refresh=False)
            bar.total, bar.n = total, done
            bar.refresh()

        if material.with_corpus:
            import_ptv(str(CORPUS_FOLDER), progress=show)
        _read_services(material)
        transaction.set_rollback(True)
    return material


def _read_services(material: SampleCollection) -> None:
    themes, best = _top_themes(), _best_fits()
    for service in Service.objects.published().order_by("public_id", "pk").prefetch_related("categories"):
        tags = [category.pk for category in service.categories.all()]
        tagged = [pk for pk in tags if pk in themes]
        if not tagged and service.pk in best:
            # Most of the corpus has no class; somebody would have tagged it by what it says.
            tags.append(best[service.pk])
        topic = themes[tagged[0]] if tagged else themes.get(best.get(service.pk))
        texts = {name: _translations(service, name) for name in TEXT_FIELDS}
        facts = {name: getattr(service, name) for name in FACT_FIELDS}
        material.samples[topic].append(ServiceSample(texts, facts, tags, topic))
        for language, text in _translations(service, "description").items():
            material.sentences[topic, language] += [s.strip() for s in _SENTENCE.split(text) if s.strip()]


def _translations(service: Service, name: str) -> dict[str, str]:
    found = {language: getattr(service, f"{name}_{language}") for language in LANGUAGES}
    return {language: text for language, text in found.items() if text}


def _top_themes() -> dict[int, int]:
    """The theme at the top of the tree, of every theme."""
    parents = dict(Category.objects.in_use().filter(scheme=Scheme.THEME).values_list("pk", "parent"))

    def top(pk: int) -> int:
        return pk if parents[pk] is None else top(parents[pk])

    return {pk: top(pk) for pk in parents}


def _best_fits() -> dict[int, int]:
    """The theme that each service fits best by its text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (fit.service_id) fit.service_id, fit.category_id "
            "FROM services_categoryfit AS fit JOIN services_category AS category ON category.id = fit.category_id "
            "WHERE category.scheme = %s ORDER BY fit.service_id, fit.weight DESC, fit.category_id",
            [Scheme.THEME],
        )
        return dict(cursor.fetchall())
