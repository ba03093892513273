"""Form and model fields that Django lacks."""

from django import forms
from django.contrib.postgres.fields import ArrayField


class ChoicesField(ArrayField):
    """Several values of a fixed set, picked by ticking boxes (Django's own form field wants commas)."""

    def formfield(self, **kwargs):
        return super(ArrayField, self).formfield(
            **{
                "form_class": forms.TypedMultipleChoiceField,
                "choices": self.base_field.choices,
                "coerce": self.base_field.to_python,
                "widget": forms.CheckboxSelectMultiple,
                **kwargs,
            }
        )
