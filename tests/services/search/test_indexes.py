"""Searches read rows by an index, so that their time does not grow with the directory."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from services.models import Concept, ConceptLabel, Listing, SearchTerm
from services.models.listing import has_facet
from services.search.query import parse_query
from services.search.ranking import scores_sql
from tests import cast


@pytest.fixture
def explain(kivivuori):
    """Return the plan of a statement without sequential scans, which are the fastest for few rows."""
    cast.services(3, kivivuori, name="Velkaneuvonta")
    cast.services(60, kivivuori, name="Kahvila")

    def explain(sql, params):
        with connection.cursor() as cursor:
            for way in ("seqscan", "hashjoin", "mergejoin"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
            # Other tests leave statistics of rows that are gone.
            cursor.execute("ANALYZE services_listing, services_searchposting, services_searchterm")
            cursor.execute(f"EXPLAIN {sql}", params)
            return "\n".join(row[0] for row in cursor.fetchall())

    return explain


def test_filters_use_the_index_of_tokens(explain):
    listings = Listing.objects.filter(has_facet("sector", ["ngo"])).values("pk")
    assert "listing_facets" in explain(*listings.query.sql_with_params())


def test_words_use_the_key_of_postings(explain):
    plan = SearchTerm.objects.plan(parse_query("velkaneuvonta", "fi"))
    assert "services_searchposting_pkey" in explain(*scores_sql(plan, timezone.localdate()))


def test_spellings_use_the_index_of_letters(explain):
    sql = "SELECT id FROM services_searchterm WHERE folded %% %s"
    assert "search_term_letters" in explain(sql, ["velkaneuvota"])


@pytest.fixture
def debts(kivivuori):
    for name in ("velka", "laina", "maksu"):
        cast.concept(name, f"{name} ja muu", sv=[f"{name} {number}" for number in range(200)])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE services_conceptphrase, services_conceptphraseterm, services_conceptterm")
        cursor.execute("ANALYZE services_concept, services_conceptlabel")


def test_concepts_use_the_keys_of_their_phrases_and_terms(explain, debts):
    with CaptureQueriesContext(connection) as statements:
        Concept.objects.recognised({0: SearchTerm.objects.filter(text="fi:velka").values_list("pk", flat=True)})
    plan = explain(statements[-1]["sql"].replace("%", "%%"), [])
    assert "services_conceptphraseterm_pkey" in plan
    assert "services_conceptphrase_pkey" in plan
    assert "services_conceptterm_pkey" in plan
    assert "Seq Scan" not in plan


def test_labels_use_the_index_of_their_letters(explain, debts):
    labels = ConceptLabel.objects.of_concepts_labelled([("fi", "Velka"), ("sv", "skuld")])
    plan = explain(*labels.query.sql_with_params())
    assert "concept_label_letters" in plan
    assert "Seq Scan" not in plan
