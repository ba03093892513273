import gettext

import pytest

from palvelukartta import translations

CATALOG = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "service"
msgstr "palvelu"

#, fuzzy
msgid "guess"
msgstr "arvaus"

msgctxt "of a week"
msgid "day"
msgstr "päivä"

msgid "%(n)s hit"
msgid_plural "%(n)s hits"
msgstr[0] "%(n)s osuma"
msgstr[1] "%(n)s osumaa"
"""


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "fi" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(CATALOG)
    return path


def test_catalog_is_compiled_as_gettext_reads_it(tmp_path, source):
    assert translations.compile_changed_catalogs(tmp_path) == [source.with_suffix(".mo")]
    catalog = gettext.translation("django", tmp_path, ["fi"])
    assert catalog.gettext("service") == "palvelu"
    assert catalog.gettext("guess") == "guess"
    assert catalog.pgettext("of a week", "day") == "päivä"
    assert catalog.ngettext("%(n)s hit", "%(n)s hits", 2) == "%(n)s osumaa"


def test_unchanged_catalog_is_left_alone(tmp_path, source):
    translations.compile_changed_catalogs(tmp_path)
    assert translations.compile_changed_catalogs(tmp_path) == []


def test_broken_catalog_is_told_in_one_line(tmp_path, source):
    source.write_text('msgid "open\n')
    with pytest.raises(translations.CatalogError, match=r"django\.po"):
        translations.compile_changed_catalogs(tmp_path)
