"""Personal identity codes in a search are neither searched nor stored."""

import pytest

from services.search.personal_data import holds_identity_code
from tests import cast


@pytest.mark.parametrize(
    "text",
    [
        "131052-308T",
        "131052A308T",
        "perhe 010594Y9032 ero",
        "131052-308t",
        "131052 - 308T",
        "131052+308T",
        "131052-3080",
        "131052—308T",
        "131052\u2212308T",
        "131052\u2011308T",
        "131052\u00ad-308T",
        "131052-308T:n äiti",
        "13 10 52-308T",
        "13.10.52-308T",
        "131052 308T",
        "131052308t",
        "\uff11\uff13\uff11\uff10\uff15\uff12-308T",
    ],
)
def test_identity_code_is_recognised_by_its_shape(text):
    assert holds_identity_code(text)


@pytest.mark.parametrize(
    "text",
    [
        "ero",
        "040 1234567",
        "101010 050",
        "0400 123 456",
        "09 000 1234",
        "1.1.2026",
        "1234567-8",
        "01300 Vantaa",
        "13.10.2026-20.10.2026",
    ],
)
def test_other_numbers_are_not_identity_codes(text):
    assert not holds_identity_code(text)


@pytest.mark.django_db
def test_identity_code_is_removed_from_the_url(client):
    response = client.get(cast.view_url("finding:results"), {"q": "äiti 131052-308T ero", "age": "5"})
    assert response.status_code == 302
    assert "131052" not in response["Location"]
    assert "age=5" in response["Location"]

    page = client.get(response["Location"]).content.decode()
    assert "131052" not in page
    assert 'role="status"' in page
