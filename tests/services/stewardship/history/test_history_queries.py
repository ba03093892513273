"""The pages of a history ask each question of the database once."""

from collections import Counter

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from services.models import Change
from tests import cast
from tests.html_page import view_url


@pytest.mark.parametrize("name", ["history:record", "history:version"])
def test_no_question_is_asked_twice(name, satu, kivivuori):
    service = cast.service("Perhekerho", kivivuori)
    browser = Client()
    browser.force_login(satu)
    version = [Change.objects.latest("pk").pk] if name == "history:version" else []
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(view_url(name, "service", service.pk, *version)).status_code == 200
    repeated = [sql for sql, times in Counter(query["sql"] for query in queries).items() if times > 1]
    assert repeated == []
