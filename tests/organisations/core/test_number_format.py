"""Grouping of large numbers."""

import pytest
from django.template import Template
from django.template.context import Context
from django.utils.translation import override

SERVICES = (
    "{% load i18n %}"
    "{% blocktranslate count n=n|grouped %}{{ n }} service{% plural %}{{ n }} services{% endblocktranslate %}"
)


@pytest.mark.parametrize(
    ("language", "number", "shown"),
    [
        ("fi", 12600, "12\xa0600 palvelua"),
        ("sv", 12600, "12\xa0600 tjänster"),
        ("en", 12600, "12,600 services"),
        ("fi", 1, "1 palvelu"),
        ("en", 999, "999 services"),
    ],
)
def test_thousands_are_grouped_by_language(language, number, shown):
    with override(language):
        assert Template(SERVICES).render(Context({"n": number})) == shown
