"""Categories and areas that searches refer to, cached in the process."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import get_language

from organisations.core.collation import alphabetical
from organisations.models import Municipality, WellbeingCounty
from services.models import Category
from services.models.category_tree import CategoryTree

# Every write changes the transaction id or the position of a row, so a change in any process changes the version.
_ROWS_VERSION_SQL = "(SELECT bit_xor(hashtextextended(xmin::text || ctid::text, 0)) FROM {})"
_VERSION_SQL = "SELECT " + ", ".join(
    _ROWS_VERSION_SQL.format(model._meta.db_table) for model in (Category, Municipality, WellbeingCounty)
)
_cache: dict[tuple[str, str | None], tuple[tuple, "ReferenceData"]] = {}


@dataclass(frozen=True)
class ReferenceData:
    """The categories and areas that filters can name. All requests of a process share it: never change it."""

    # By code. The code of a merged category has its replacement.
    categories: dict[str, Category]
    municipalities: dict[str, Municipality]
    counties: dict[str, WellbeingCounty]
    tree: CategoryTree

    @classmethod
    def current(cls) -> "ReferenceData":
        """The current data, cached in this process until a category or an area changes; one query."""
        key = (connection.settings_dict["NAME"], get_language())
        with connection.cursor() as cursor:
            cursor.execute(_VERSION_SQL)
            version = cursor.fetchone()
        cached = _cache.get(key)
        if cached is None or cached[0] != version:
            cached = _cache[key] = (version, cls._load())
        return cached[1]

    @classmethod
    def _load(cls) -> "ReferenceData":
        categories = list(Category.objects.order_by("order", "pk"))
        by_id = {category.pk: category for category in categories}
        tree = CategoryTree({pk: (category.parent_id, category.replaced_by_id) for pk, category in by_id.items()})
        municipalities = Municipality.objects.only("code", "name_fi", "name_sv", "name_en", "county")
        return cls(
            categories={category.code: by_id[tree.current(category.pk)] for category in categories},
            municipalities={m.pk: m for m in municipalities.order_by(alphabetical("name"))},
            counties={c.pk: c for c in WellbeingCounty.objects.order_by(alphabetical("name"))},
            tree=tree,
        )

    def categories_by_id(self) -> dict[int, Category]:
        return {category.pk: category for category in self.categories.values()}

    def of_scheme(self, scheme: str) -> list[Category]:
        """The categories of a scheme that are in use, in their order."""
        return [c for code, c in self.categories.items() if c.scheme == scheme and c.code == code]

    def top_level(self, scheme: str) -> list[Category]:
        return [category for category in self.of_scheme(scheme) if self.tree.parent(category.pk) is None]

    def ancestors(self, category: Category) -> list[Category]:
        """The ancestors of a category, the nearest first."""
        by_id = self.categories_by_id()
        return [by_id[pk] for pk in self.tree.ancestors(category.pk)]

    def most_specific(self, codes: Iterable[str]) -> list[str]:
        """The codes without ancestors of others: selecting a subtheme narrows the search in its theme."""
        codes = list(codes)
        ancestors = {category.code for code in codes for category in self.ancestors(self.categories[code])}
        return [code for code in codes if code not in ancestors]
