"""Parse SKOS in Turtle or RDF/XML into concepts, without Django."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, SKOS

LANGUAGES = ("fi", "sv", "en")
# In order of precedence: a text with two predicates counts as the first.
LABEL_PREDICATES = {"preferred": SKOS.prefLabel, "alternative": SKOS.altLabel, "hidden": SKOS.hiddenLabel}
# Makes relative addresses recognisable, which are not valid identifiers outside the file.
RELATIVE_BASE = "relative://nowhere/"
_URI = re.compile(r"https?://[!-~\u00a1-\ud7ff]+\Z")
_XML_START = re.compile(rb"\s*<(\?xml|!DOCTYPE|!--|(\w+:)?RDF[\s>])")


class InvalidSkos(Exception):
    """The content is not readable SKOS; the message gives the reason in one line."""


@dataclass(slots=True)
class ParsedConcept:
    """A concept of the source: labels as {(language, text): kind}, and identifiers of directly broader concepts."""

    labels: dict[tuple[str, str], str] = field(default_factory=dict)
    broader: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Vocabulary:
    """The concepts of a source by identifier, and counts of what was left out, by code of the reason."""

    concepts: dict[str, ParsedConcept] = field(default_factory=dict)
    notices: Counter[str] = field(default_factory=Counter)

    def notice(self, code: str) -> None:
        self.notices[code] += 1


def read_skos(content: bytes, *, max_label_length: int, max_uri_length: int) -> Vocabulary:
    """Return the concepts of a vocabulary without labels and identifiers that are longer (in characters).

    Raises InvalidSkos for malformed content and for a vocabulary without concepts.
    """
    graph, vocabulary = _parse(content.removeprefix(b"\xef\xbb\xbf")), Vocabulary()
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        if not isinstance(concept, URIRef) or not _URI.match(concept) or len(concept) > max_uri_length:
            vocabulary.notice("concept-without-identifier")
        elif str(graph.value(concept, OWL.deprecated)).lower() in ("true", "1"):
            vocabulary.notice("concept-out-of-use")
        else:
            vocabulary.concepts[str(concept)] = ParsedConcept(
                dict(_labels(graph, concept, max_label_length, vocabulary))
            )
    if not vocabulary.concepts:
        raise InvalidSkos("it has no SKOS concept")
    _link_broader(graph, vocabulary)
    return vocabulary


def _parse(content: bytes) -> Graph:
    graph, kind = Graph(), "xml" if _XML_START.match(content) else "turtle"
    try:
        graph.parse(data=content, format=kind, publicID=RELATIVE_BASE)
    except Exception as error:
        # The parsers raise many kinds of errors for bad input, even IndexError.
        raise InvalidSkos(f"not {'RDF/XML' if kind == 'xml' else 'Turtle'}: {_reason(error)}") from error
    return graph


def _reason(error: Exception) -> str:
    # The message of a syntax error in Turtle quotes half the file.
    if hasattr(error, "lines") and hasattr(error, "_why"):
        return f"line {error.lines + 1}: {_clean(str(error._why))[:200]}"
    return _clean(str(error))[:200] or type(error).__name__


def _labels(
    graph: Graph, concept: URIRef, max_length: int, vocabulary: Vocabulary
) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield ((language, text), kind) of a concept; the kind of the highest precedence comes last and wins."""
    for kind, predicate in reversed(LABEL_PREDICATES.items()):
        for label in graph.objects(concept, predicate):
            language = (getattr(label, "language", None) or "").lower().split("-")[0]
            text = _clean(label) if isinstance(label, Literal) else ""
            if language not in LANGUAGES:
                vocabulary.notice("label-in-another-language")
            elif not text or len(text) > max_length:
                vocabulary.notice("label-too-long")
            else:
                yield (language, text), kind


def _link_broader(graph: Graph, vocabulary: Vocabulary) -> None:
    pairs = set(graph.subject_objects(SKOS.broader))
    pairs |= {(narrower, broader) for broader, narrower in graph.subject_objects(SKOS.narrower)}
    for narrower, broader in pairs:
        concept = vocabulary.concepts.get(str(narrower))
        if concept is None or narrower == broader:
            continue
        if str(broader) in vocabulary.concepts:
            concept.broader.add(str(broader))
        else:
            vocabulary.notice("broader-elsewhere")


def _clean(text: str) -> str:
    """Return one line of composed Unicode (NFC) without invisible characters."""
    text = unicodedata.normalize("NFC", text)
    return " ".join("".join(char for char in text if char.isprintable() or char.isspace()).split())
