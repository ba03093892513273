"""What a search reads is found by an index, so that a large directory answers like a small one."""

import pytest
from django.db import connection

from services.models import Listing, SearchTerm
from services.querysets import carrying
from services.search.query import parse
from services.search.ranking import scores
from tests import cast


@pytest.fixture
def explain(kivivuori):
    """The plan of a statement; few rows are read fastest from end to end, so that and what leads to it is forbidden."""
    cast.services(3, kivivuori, name="Velkaneuvonta")

    def explain(sql, params):
        with connection.cursor() as cursor:
            for way in ("seqscan", "hashjoin", "mergejoin"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
            # Other tests leave statistics of rows that are gone.
            cursor.execute("ANALYZE services_listing, services_searchposting, services_searchterm")
            cursor.execute(f"EXPLAIN {sql}", params)
            return "\n".join(row[0] for row in cursor.fetchall())

    return explain


def test_filters_by_the_index_of_tokens(explain):
    listings = Listing.objects.filter(carrying("sector", ["ngo"])).values("pk")
    assert "listing_facets" in explain(*listings.query.sql_with_params())


def test_words_by_the_key_of_postings(explain):
    plan = SearchTerm.objects.plan(parse("velkaneuvonta", "fi"))
    assert "services_searchposting_pkey" in explain(*scores(plan))


def test_spellings_by_the_index_of_letters(explain):
    sql = "SELECT id FROM services_searchterm WHERE folded %% %s"
    assert "search_term_letters" in explain(sql, ["velkaneuvota"])
