"""Recognition and validation of phone numbers as people write them."""

import pytest
from django.template import Context, Template

from organisations.core.phone_numbers import is_phone_number


def dialled(text):
    """The URIs of the links generated for a text."""
    html = Template("{{ text|phone_links }}").render(Context({"text": text}))
    return [part.split('"')[0] for part in html.split('href="')[1:]]


@pytest.mark.parametrize(
    ("text", "uris"),
    [
        ("09 000 4321", ["tel:090004321"]),
        ("(09) 123 4567", ["tel:091234567"]),
        ("+358 9 000 4321", ["tel:+35890004321"]),
        ("+358 (0)9 310 1234", ["tel:+35893101234"]),
        ("+358 040 1234567", ["tel:+358401234567"]),
        ("00358401234567", ["tel:+358401234567"]),
        ("+46 8 123 45 67", ["tel:+4681234567"]),
        ("040 123 4567 / 040 765 4321", ["tel:0401234567", "tel:0407654321"]),
        ("09-310 1234, 040-1234567", ["tel:093101234", "tel:0401234567"]),
        ("09 123 4567 (alanro 12)", ["tel:091234567;ext=12"]),
        ("09 123 4567 ext. 12", ["tel:091234567;ext=12"]),
        ("0800 9 8811", ["tel:080098811"]),
        ("0295 345 000", ["tel:0295345000"]),
        ("116 117", ["tel:116117"]),
        ("+358 (0)9 123", ["tel:+3589123"]),
        ("09 1234/5", ["tel:0912345"]),
        ("112", ["tel:112"]),
        ("soita 040 1234567 klo 9-15", ["tel:0401234567"]),
        ("kysy vastaanotosta", []),
    ],
)
def test_link_dials_the_number_that_is_written(text, uris):
    assert dialled(text) == uris


def test_text_around_numbers_is_unchanged_and_escaped():
    html = Template("{{ text|phone_links }}").render(Context({"text": "<b> 040 123 4567 / 112"}))
    mobile = '<a class="tel" href="tel:0401234567">040\u00a0123\u00a04567</a>'
    assert html == f'&lt;b&gt; {mobile} / <a class="tel" href="tel:112">112</a>'


@pytest.mark.parametrize("text", ["09 123 4567", "112", "+358 (0)9 310 1234", "040 123 4567 / 040 765 4321", "020202"])
def test_form_accepts_phone_numbers(text):
    assert is_phone_number(text)


@pytest.mark.parametrize("text", ["", "12", "+", "kysy vastaanotosta", "040 123 4567 Liisa"])
def test_form_rejects_other_text(text):
    assert not is_phone_number(text)
