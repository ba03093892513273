"""`manage.py import_vocabulary FILE`: what it writes, refuses and reports."""

from io import StringIO

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.exchange.importers.vocabulary import import_vocabulary as importing
from services.exchange.importers.vocabulary.import_vocabulary import import_vocabulary
from services.models import Concept, ConceptLabel, ConceptPhrase, ConceptTerm, ImportRun

from .vocabulary_server import serve_finto

pytestmark = pytest.mark.django_db

KOKO = "http://www.yso.fi/onto/koko/"
PREFIXES = f"""
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix : <{KOKO}> .
"""
ILLNESS = ':illness a skos:Concept ; skos:prefLabel "sairaudet"@fi, "sjukdomar"@sv, "diseases"@en .'
DEPRESSION = """
:depression a skos:Concept ; skos:broader :illness ;
    skos:prefLabel "masennus"@fi, "depression"@en ;
    skos:altLabel "alakulo"@fi ; skos:hiddenLabel "masenus"@fi .
"""
RDF_XML = f"""<?xml version="1.0" encoding="utf-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="http://www.w3.org/2004/02/skos/core#">
  <skos:Concept rdf:about="{KOKO}illness">
    <skos:prefLabel xml:lang="fi">sairaudet</skos:prefLabel>
    <skos:prefLabel xml:lang="sv">sjukdomar</skos:prefLabel>
    <skos:prefLabel xml:lang="en">diseases</skos:prefLabel>
  </skos:Concept>
  <rdf:Description rdf:about="{KOKO}depression">
    <rdf:type rdf:resource="http://www.w3.org/2004/02/skos/core#Concept"/>
    <skos:broader rdf:resource="{KOKO}illness"/>
    <skos:prefLabel xml:lang="fi">masennus</skos:prefLabel>
    <skos:prefLabel xml:lang="en">depression</skos:prefLabel>
    <skos:altLabel xml:lang="fi">alakulo</skos:altLabel>
    <skos:hiddenLabel xml:lang="fi">masenus</skos:hiddenLabel>
  </rdf:Description>
</rdf:RDF>
"""


@pytest.fixture
def import_run(tmp_path):
    """Run the command on a file with this content; return its output."""

    def run(*content, **options):
        file = tmp_path / "vocabulary"
        text = "\n".join(content)
        file.write_text(text if text.startswith("<?xml") else PREFIXES + text, encoding="utf-8")
        output = StringIO()
        call_command("import_vocabulary", str(file), stdout=output, stderr=StringIO(), **options)
        return output.getvalue()

    return run


def labels(name):
    """Return {(language, text): kind} of a concept."""
    rows = ConceptLabel.objects.filter(concept__uri=KOKO + name)
    return {(language, text): kind for language, text, kind in rows.values_list("language", "text", "kind")}


def stored_rows():
    """Return all rows that an import writes."""
    return (
        sorted(Concept.objects.values_list("scheme", "uri")),
        sorted(Concept.objects.values_list("uri", "broader__uri"), key=str),
        sorted(ConceptLabel.objects.values_list("concept__uri", "language", "text", "kind", "is_active")),
        sorted(ConceptPhrase.objects.values_list("concept__uri", "text", "words")),
        sorted(ConceptTerm.objects.values_list("concept__uri", "term__text", "weight")),
    )


class TestFirstImport:
    def test_concepts_are_imported_with_their_labels_and_links(self, import_run):
        output = import_run(ILLNESS, DEPRESSION)
        assert "concepts: 2 new, 0 changed, 0 unchanged, 0 gone" in output
        assert "labels: 7 new, 0 changed, 0 unchanged, 0 gone" in output
        assert "2 concepts were written or removed." in output
        assert labels("depression") == {
            ("fi", "masennus"): "preferred",
            ("en", "depression"): "preferred",
            ("fi", "alakulo"): "alternative",
            ("fi", "masenus"): "hidden",
        }
        depression = Concept.objects.get(uri=KOKO + "depression")
        assert depression.scheme == "tero"
        assert [broader.uri for broader in depression.broader.all()] == [KOKO + "illness"]

    def test_rdf_xml_is_the_same_as_turtle(self, import_run):
        import_run(ILLNESS, DEPRESSION)
        assert "Nothing has changed." in import_run(RDF_XML)

    def test_a_link_may_be_given_by_the_broader_concept(self, import_run):
        import_run(ILLNESS, ':cold a skos:Concept ; skos:prefLabel "flunssa"@fi . :illness skos:narrower :cold .')
        assert [broader.uri for broader in Concept.objects.get(uri=KOKO + "cold").broader.all()] == [KOKO + "illness"]

    def test_labels_are_stored_in_normalised_unicode(self, import_run):
        import_run(r':a skos:prefLabel "  huuto\u00ADmerkki\u0000\uD800\n !  "@FI-fi ; a skos:Concept .')
        assert labels("a") == {("fi", "huutomerkki !"): "preferred"}

    def test_a_label_of_two_kinds_has_the_kind_of_higher_precedence(self, import_run):
        import_run(':a a skos:Concept ; skos:altLabel "ero"@fi ; skos:prefLabel "ero"@fi ; skos:hiddenLabel "ero"@fi .')
        assert labels("a") == {("fi", "ero"): "preferred"}

    def test_unusable_concepts_and_labels_are_left_out_and_counted(self, import_run):
        output = import_run(
            ':a a skos:Concept ; skos:broader :elsewhere, :a ; skos:prefLabel "ero"@fi, "Scheidung"@de, "bare" .',
            f':b a skos:Concept ; skos:prefLabel "{"x" * 201}"@fi, " "@fi .',
            ':old a skos:Concept ; owl:deprecated true ; skos:prefLabel "vanha"@fi .',
            '[] a skos:Concept ; skos:prefLabel "nimetön"@fi .',
            '<relative> a skos:Concept ; skos:prefLabel "paikaton"@fi .',
            ':scheme a skos:ConceptScheme ; skos:prefLabel "sanasto"@fi .',
        )
        assert "concepts: 2 new" in output
        assert "labels: 1 new" in output
        for line in (
            "broader-elsewhere: 1",
            "concept-out-of-use: 1",
            "concept-without-identifier: 2",
            "label-in-another-language: 2",
            "label-too-long: 2",
        ):
            assert line in output

    def test_a_run_is_recorded_for_coordinators(self, import_run):
        import_run(ILLNESS, ':a a skos:Concept ; skos:prefLabel "Scheidung"@de .', scheme="tero")
        noted = ImportRun.objects.get()
        assert (noted.system, noted.outcome) == ("tero", "done")
        assert noted.counts["labels"] == {"new": 3, "changed": 0, "unchanged": 0, "gone": 0}
        assert [(notice["code"], notice["count"]) for notice in noted.notices] == [("label-in-another-language", 1)]


class TestSecondImport:
    def test_a_second_run_changes_nothing(self, import_run):
        import_run(ILLNESS, DEPRESSION)
        before, ids = stored_rows(), list(ConceptTerm.objects.values_list("pk"))
        output = import_run(DEPRESSION, ILLNESS)
        assert "concepts: 0 new, 0 changed, 2 unchanged, 0 gone" in output
        assert "labels: 0 new, 0 changed, 7 unchanged, 0 gone" in output
        assert "Nothing has changed." in output
        assert (stored_rows(), list(ConceptTerm.objects.values_list("pk"))) == (before, ids)

    def test_changes_at_the_source_are_followed(self, import_run):
        import_run(ILLNESS, DEPRESSION)
        output = import_run(
            ILLNESS,
            """:depression a skos:Concept ; skos:prefLabel "depressio"@fi, "depression"@en ;
            skos:altLabel "masennus"@fi, "alakulo"@fi .""",
            allow_mass_removal=True,
        )
        assert "concepts: 0 new, 1 changed, 1 unchanged, 0 gone" in output
        assert "labels: 1 new, 1 changed, 5 unchanged, 1 gone" in output
        assert labels("depression") == {
            ("fi", "depressio"): "preferred",
            ("en", "depression"): "preferred",
            ("fi", "masennus"): "alternative",
            ("fi", "alakulo"): "alternative",
        }
        assert not Concept.broader.through.objects.exists()

    def test_a_removed_concept_is_deleted_with_its_derived_rows(self, import_run):
        import_run(ILLNESS, DEPRESSION)
        output = import_run(DEPRESSION, allow_mass_removal=True)
        assert "concepts: 0 new, 1 changed, 0 unchanged, 1 gone" in output
        assert "labels: 0 new, 0 changed, 4 unchanged, 3 gone" in output
        assert [concept.uri for concept in Concept.objects.all()] == [KOKO + "depression"]
        assert not ConceptTerm.objects.filter(term__text="fi:sairaus").exists()

    def test_search_rows_equal_those_of_a_first_import(self, import_run):
        import_run(ILLNESS, DEPRESSION)
        more = [
            ILLNESS.replace('"diseases"@en', '"illnesses"@en'),
            DEPRESSION,
            ':new a skos:Concept ; skos:prefLabel "uusi"@fi .',
        ]
        import_run(*more)
        stepwise = stored_rows()
        Concept.objects.all().delete()
        import_run(*more)
        assert stored_rows() == stepwise

    def test_a_disabled_label_stays_disabled(self, import_run):
        import_run(ILLNESS, DEPRESSION)
        ConceptLabel.objects.filter(text="alakulo").update(is_active=False)
        import_run(ILLNESS, DEPRESSION.replace("skos:altLabel", "skos:hiddenLabel"))
        label = ConceptLabel.objects.get(text="alakulo")
        assert (label.kind, label.is_active) == ("hidden", False)
        assert not ConceptPhrase.objects.filter(text="alakulo").exists()

    def test_other_vocabularies_are_not_changed(self, import_run):
        import_run(ILLNESS, DEPRESSION)
        output = import_run(ILLNESS, scheme="juho")
        assert "concepts: 1 new, 0 changed, 0 unchanged, 0 gone" in output
        assert Concept.objects.filter(scheme="tero").count() == 2

    def test_the_number_of_statements_does_not_grow_with_the_concepts(self, import_run):
        def statements(scheme, count):
            concepts = [
                f':{scheme}{n} a skos:Concept ; skos:broader :{scheme}0 ; skos:prefLabel "sana {chr(97 + n)}"@fi .'
                for n in range(count)
            ]
            with CaptureQueriesContext(connection) as captured:
                import_run(*concepts, scheme=scheme)
            return len(captured)

        assert statements("few", 3) == statements("many", 20)


class TestRefusal:
    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (':a a skos:Concept ; skos:prefLabel "ero', "not Turtle"),
            (":a a skos:Concept . }", "not Turtle: line"),
            ("[ ] a (((", "not Turtle"),
            ("", "has no SKOS concept"),
            ('<?xml version="1.0"?><rdf:RDF', "not RDF/XML"),
            ('<?xml version="1.0"?><html/>', "has no SKOS concept"),
        ],
    )
    def test_a_malformed_file_changes_nothing_and_is_reported_in_one_line(self, import_run, content, reason):
        import_run(ILLNESS, DEPRESSION)
        before = stored_rows()
        with pytest.raises(CommandError, match=reason) as refusal:
            import_run(content)
        assert "\n" not in str(refusal.value)
        assert stored_rows() == before
        assert ImportRun.objects.latest("pk").outcome == "refused"

    def test_reindex_completes_an_interrupted_indexing(self, import_run, monkeypatch):
        def fail(**_options):
            raise RuntimeError

        monkeypatch.setattr(importing, "index_vocabulary", fail)
        with pytest.raises(RuntimeError):
            import_run(ILLNESS)
        assert Concept.objects.exists()
        with pytest.raises(CommandError, match="differ from the index"):
            call_command("check_index")
        call_command("reindex")
        call_command("check_index")

    def test_removing_more_than_a_fifth_is_refused(self, import_run):
        import_run(*(f':c{n} a skos:Concept ; skos:prefLabel "sana {n}"@fi .' for n in range(10)))
        with pytest.raises(CommandError, match="3 of 10 concepts would be removed"):
            import_run(*(f':c{n} a skos:Concept ; skos:prefLabel "sana {n}"@fi .' for n in range(7)))
        with pytest.raises(CommandError, match="10 of 10 labels would be removed"):
            import_run(*(f":c{n} a skos:Concept ." for n in range(10)))
        assert "2 gone" in import_run(*(f':c{n} a skos:Concept ; skos:prefLabel "sana {n}"@fi .' for n in range(8)))

    @pytest.mark.parametrize("scheme", ["", "a b", "ä", "x" * 31])
    def test_the_identifier_of_a_vocabulary_is_a_slug(self, import_run, scheme):
        with pytest.raises(CommandError, match="a vocabulary is named by"):
            import_run(ILLNESS, scheme=scheme)

    @pytest.mark.parametrize("source", ["nowhere.ttl", ".", "http://api.finto.fi/x", "https://example.org/tero.ttl"])
    def test_an_unreadable_source_is_reported_in_one_line(self, source):
        with pytest.raises(CommandError) as refusal:
            call_command("import_vocabulary", source)
        assert "\n" not in str(refusal.value)

    def test_files_that_a_file_refers_to_are_not_read(self, import_run, tmp_path):
        (tmp_path / "secret").write_text("salaisuus")
        entity = f'<!DOCTYPE r [<!ENTITY secret SYSTEM "{(tmp_path / "secret").as_uri()}">]>'
        import_run(RDF_XML.replace("<rdf:RDF", f"{entity}<rdf:RDF", 1).replace(">masennus<", ">masennus &secret;<"))
        assert ("fi", "masennus") in labels("depression")

    def test_a_second_import_at_the_same_time_is_refused(self, import_run):
        # Another connection that holds the lock of an import.
        parameters = connection.get_connection_params()
        wanted = {key: parameters[key] for key in ("host", "port", "user", "password", "dbname") if key in parameters}
        with psycopg.connect(**wanted) as other:
            other.execute("SELECT pg_advisory_lock(%s)", [importing.LOCK_ID])
            with pytest.raises(CommandError, match="another import"):
                import_run(ILLNESS)
        assert not Concept.objects.exists()


class TestAddress:
    def test_an_address_of_finto_is_imported_like_a_file(self):
        address = "https://api.finto.fi/rest/v1/tero/data?format=text/turtle"
        with serve_finto() as finto:
            finto.responses = [(PREFIXES + ILLNESS + DEPRESSION).encode()]
            report = import_vocabulary(address, transport=finto)
        assert report.counts["concepts"]["new"] == 2
        assert ImportRun.objects.get().source == address
