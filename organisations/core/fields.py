"""Form and model fields that Django lacks."""

from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField


class ChoicesField(ArrayField):
    """Several values of a fixed set, chosen with check boxes (ArrayField's form field expects commas)."""

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return super(ArrayField, self).formfield(
            **{
                "form_class": forms.TypedMultipleChoiceField,
                "choices": self.base_field.choices,
                "coerce": self.base_field.to_python,
                "widget": forms.CheckboxSelectMultiple,
                **kwargs,
            }
        )
