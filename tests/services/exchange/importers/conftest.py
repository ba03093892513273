"""Fixtures: imports through the command, from folders of small invented pages."""

from io import StringIO

import pytest
from django.core.management import call_command

from services.exchange.importers.base.problems import Problems
from services.exchange.importers.ptv import v11
from services.models import Category, ExternalCode

from .ptv_pages import organisation, place, service, write_pages


@pytest.fixture
def import_run():
    """Run the command on a folder or address; return its output."""

    def run(source, *arguments, **options) -> str:
        output = StringIO()
        call_command("import_ptv", str(source), *arguments, stdout=output, stderr=StringIO(), **options)
        return output.getvalue()

    return run


@pytest.fixture
def reading():
    """The context of reading single records, with four municipalities and two counties."""
    return v11.ReadingContext(Problems(), municipalities={"049", "091", "092", "245"}, counties={"03", "04"})


@pytest.fixture
def folder(tmp_path):
    """A town with two services, one of them at a place."""
    return write_pages(
        tmp_path / "pages",
        organisations=[organisation()],
        services=[service("Vertaisryhmä"), service("Neuvonta")],
        channels=[place("Perhetalo", "Vertaisryhmä")],
    )


@pytest.fixture
def mapped_category():
    """Create a category that corresponds to classes of the catalogue: category("divorce", exact="P4.9")."""

    def category(code: str, **classes: str) -> Category:
        new_category = Category.objects.create(scheme="theme", code=code, name_fi=code)
        for match, external in classes.items():
            ExternalCode.objects.create(category=new_category, system="ptv", code=external, match=match)
        return new_category

    return category
