"""What the form of a record says: plain questions, examples, and lengths."""

from dataclasses import dataclass, field
from typing import Any

from django import forms

from services.search.analysis import LANGUAGES


@dataclass(frozen=True)
class FormTexts:
    """`texts` are {field: (question, hint or example, lines)}, in all languages; `facts` {field: (question, hint)}.

    `essential_texts` are those that a reader of one language needs; completeness counts them.
    `max_lengths` are the limits of the national register of services (PTV), in characters.
    """

    texts: dict[str, tuple]
    facts: dict[str, tuple] = field(default_factory=dict)
    essential_texts: tuple[str, ...] = ()
    max_lengths: dict[str, int] = field(default_factory=dict)

    def configure(self, fields: dict[str, forms.Field]) -> None:
        """Set labels, hints and widgets of the fields of a form."""
        for text, (label, hint, lines) in self.texts.items():
            for language in LANGUAGES:
                self._configure_text(fields[f"{text}_{language}"], text, label, hint, lines, language)
        for name, (label, hint) in self.facts.items():
            fields[name].label, fields[name].help_text = label, hint

    def _configure_text(
        self, text_field: forms.Field, text: str, label: str, hint: str, lines: int, language: str
    ) -> None:
        text_field.label, text_field.help_text = label, hint
        attributes: dict[str, Any] = {"lang": language}
        if length := self.max_lengths.get(text):
            attributes["data-count"] = length
        if lines == 1 and text != "website":
            text_field.widget = forms.TextInput()
        elif lines > 1:
            text_field.widget = forms.Textarea(attrs={"rows": lines})
        # Excess length is shown beside the field; maxlength would cut off pasted text.
        text_field.widget.attrs |= attributes
