"""Parse SKOS in Turtle or RDF/XML into concepts, without Django."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, SKOS

LANGUAGES = ("fi", "sv", "en")
# The strongest first: a word that stands under two of them counts as the first.
LABEL_PREDICATES = {"preferred": SKOS.prefLabel, "alternative": SKOS.altLabel, "hidden": SKOS.hiddenLabel}
# Relative addresses stay recognisable: they name nothing that outlasts the file.
RELATIVE_BASE = "relative://nowhere/"
_URI = re.compile(r"https?://[!-~\u00a1-\ud7ff]+\Z")
_XML_START = re.compile(rb"\s*<(\?xml|!DOCTYPE|!--|(\w+:)?RDF[\s>])")


class InvalidSkos(Exception):
    """The content is not readable SKOS; the message gives the reason in one line."""


@dataclass(slots=True)
class ParsedConcept:
    """A concept as the source has it: {(language, text): kind}, and the identifiers of directly broader ones."""

    labels: dict[tuple[str, str], str] = field(default_factory=dict)
    broader: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Vocabulary:
    """The concepts of a source by their identifiers, and what was left out: how much of each kind."""

    concepts: dict[str, ParsedConcept] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)

    def notice(self, code: str) -> None:
        self.left_out[code] += 1


def read_skos(content: bytes, *, longest_label: int, longest_uri: int) -> Vocabulary:
    """The concepts of a vocabulary; texts longer than the given numbers of characters are left out.

    Raises NotSkos for content that is broken or holds no concept.
    """
    graph, vocabulary = _parse(content.removeprefix(b"\xef\xbb\xbf")), Vocabulary()
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        if not isinstance(concept, URIRef) or not _URI.match(concept) or len(concept) > longest_uri:
            vocabulary.notice("concept-without-identifier")
        elif str(graph.value(concept, OWL.deprecated, default="")).lower() in ("true", "1"):
            vocabulary.notice("concept-out-of-use")
        else:
            vocabulary.concepts[str(concept)] = ParsedConcept(dict(_labels(graph, concept, longest_label, vocabulary)))
    if not vocabulary.concepts:
        raise InvalidSkos("it holds no SKOS concept")
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
    # A syntax error of Turtle, which otherwise quotes half the file.
    if hasattr(error, "lines") and hasattr(error, "_why"):
        return f"line {error.lines + 1}: {_clean(str(error._why))[:200]}"
    return _clean(str(error))[:200] or type(error).__name__


def _labels(graph: Graph, concept: URIRef, longest: int, vocabulary: Vocabulary) -> Iterator[tuple]:
    """((language, text), kind) of a concept, the strongest kind last so that it stays."""
    for kind, predicate in reversed(LABEL_PREDICATES.items()):
        for label in graph.objects(concept, predicate):
            language = (getattr(label, "language", None) or "").lower().split("-")[0]
            text = _clean(label) if isinstance(label, Literal) else ""
            if language not in LANGUAGES:
                vocabulary.notice("label-in-another-language")
            elif not text or len(text) > longest:
                vocabulary.notice("label-too-long")
            else:
                yield (language, text), kind


def _link_broader(graph: Graph, vocabulary: Vocabulary) -> None:
    pairs = set(graph.subject_objects(SKOS.broader))
    pairs |= {(narrower, broader) for broader, narrower in graph.subject_objects(SKOS.narrower)}
    for narrower, broader in pairs:
        below = vocabulary.concepts.get(str(narrower))
        if below is None or narrower == broader:
            continue
        if str(broader) in vocabulary.concepts:
            below.broader.add(str(broader))
        else:
            vocabulary.notice("broader-elsewhere")


def _clean(text: str) -> str:
    """One line of composed Unicode, without what has no shape on screen and what no database takes."""
    text = unicodedata.normalize("NFC", text)
    return " ".join("".join(char for char in text if char.isprintable() or char.isspace()).split())
