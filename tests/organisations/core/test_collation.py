"""Finnish and Swedish alphabetical order, the same in the database and in Python."""

import random

import pytest

from organisations.core.collation import alphabetical, alphabetical_key
from organisations.models import Municipality, Organisation
from tests import cast

SORTED_NAMES = [
    "Aho",
    "aikakone",
    "Éclair",
    "Elo",
    "Gran",
    "Vaasa",
    "Wanha",
    "Xenia",
    "Ylä-Aho",
    "Yläaukio",
    "Zorro",
    "Ålund",
    "Ängeslevä",
    "Äyräpää",
    "Österman",
    "Øxna",
]


def test_order_in_python():
    shuffled = random.Random(1).sample(SORTED_NAMES, len(SORTED_NAMES))
    assert sorted(shuffled, key=alphabetical_key) == SORTED_NAMES


@pytest.mark.django_db
def test_order_in_the_database():
    for name in random.Random(2).sample(SORTED_NAMES, len(SORTED_NAMES)):
        Organisation.objects.create(name_fi=name, sector="ngo")
    assert list(Organisation.objects.alphabetical().values_list("name_fi", flat=True)) == SORTED_NAMES


@pytest.mark.django_db
def test_key_is_the_same_in_python_and_in_the_database():
    names = [*SORTED_NAMES, "Perhe- ja pariterapia", "L’Arche", 'Ns. "ryhmä"', "Señor Šahin Žukov", "Über", "Æble"]
    Organisation.objects.bulk_create(Organisation(name_fi=name, sector="ngo") for name in names)
    keys = dict(Organisation.objects.annotate(key=alphabetical("name", "fi")).values_list("name_fi", "key"))
    assert keys == {name: alphabetical_key(name) for name in names}


@pytest.mark.django_db
def test_missing_name_sorts_by_the_finnish_one():
    cast.organisation({"fi": "Öljy", "sv": "Apa"})
    cast.organisation({"fi": "Mango", "sv": ""})
    cast.organisation({"fi": "Zorro"})
    organisations = Organisation.objects.order_by(alphabetical("name", "sv"))
    assert list(organisations.values_list("name_fi", flat=True)) == ["Öljy", "Mango", "Zorro"]


@pytest.mark.django_db
def test_municipalities_in_swedish():
    names = list(Municipality.objects.order_by(alphabetical("name", "sv")).values_list("name_sv", flat=True))
    assert names[-1].startswith("Ö")
    assert names.index("Åbo") < names.index("Äänekoski") < names.index("Övertorneå")
    assert names.index("Vanda") < names.index("Åbo")
