"""Finnish (and Swedish) alphabetical order: ..., z, å, ä, ö; capitals and accents do not count.

The C collation sorts by code point (capitals first, å after ä), and other collations do not exist on every server.
Names are therefore sorted by a key that gives the right order in the C collation.
"""

from django.db.models import Case, F, Func, SmallIntegerField, TextField, Value, When
from django.db.models.functions import Collate, Lower
from django.utils.translation import get_language

# "{", "|" and "}" follow "z" in code point order and stand in for å, ä and ö. Ü sorts as y, æ as ä, ø as ö.
FOLDED_CHARACTERS = "åäöÅÄÖæÆøØüÜéèêëÉÈáàâãÁÀóòôõÓÒíìîïÍúùûÚñÑçÇšŠžŽ-‐–'’\""
FOLDED_REPLACEMENTS = "{|}{|}||}}yyeeeeeeaaaaaaooooooiiiiiuuuunnccsszz"
_FOLDING_TABLE = str.maketrans(
    FOLDED_CHARACTERS[: len(FOLDED_REPLACEMENTS)], FOLDED_REPLACEMENTS, FOLDED_CHARACTERS[len(FOLDED_REPLACEMENTS) :]
)


def alphabetical_key(text: str) -> str:
    """The sort key of a text in Python; equal to that of `alphabetical` in the database."""
    return text.translate(_FOLDING_TABLE).lower()


def alphabetical(field: str, language: str | None = None) -> Collate:
    """An ordering expression for a translated field, in `language` or the active one.

    A value missing in that language sorts by the Finnish one.
    """
    language = language or (get_language() or "fi")[:2]
    text: F | Func = F(f"{field}_{language}")
    if language != "fi":
        text = Func(text, Value(""), function="NULLIF", output_field=TextField())
        text = Func(text, F(f"{field}_fi"), function="COALESCE", output_field=TextField())
    return collation_key(text)


def collation_key(text: F | Func) -> Collate:
    """An ordering expression for `text`, an expression in one language."""
    return Collate(
        Lower(
            Func(
                text,
                Value(FOLDED_CHARACTERS),
                Value(FOLDED_REPLACEMENTS),
                function="TRANSLATE",
                output_field=TextField(),
            )
        ),
        "C",
    )


def choice_order(field: str, values: list[str]) -> Case:
    """An ordering expression: the position of the field's value in `values`."""
    cases = [When(**{field: value}, then=Value(position)) for position, value in enumerate(values)]
    return Case(*cases, output_field=SmallIntegerField())
