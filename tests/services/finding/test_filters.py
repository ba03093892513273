"""Each filter, several values of a filter, and filters in combination."""

import pytest

from tests import cast


def test_all_services_without_filters(kivivuori, vake, find):
    cast.service("Perhekerho", kivivuori)
    cast.service("Perhetyö", vake)
    assert sorted(find().names) == ["Perhekerho", "Perhetyö"]


def test_sector(kivivuori, vake, parish, find):
    cast.service("Perhekerho", kivivuori)
    cast.service("Perhetyö", vake)
    cast.service("Diakonia", parish)
    assert find(sector="county").names == ["Perhetyö"]
    assert sorted(find(sector=["ngo", "parish"]).names) == ["Diakonia", "Perhekerho"]
    assert find(sector="company").names == []


@pytest.mark.parametrize(
    ("parameter", "field", "value", "other_value"),
    [
        ("channel", "channels", "chat", "home-visit"),
        ("language", "languages", "so", "fse"),
        ("route", "access_routes", "self", "referral"),
    ],
)
def test_any_of_several_values_matches(kivivuori, find, parameter, field, value, other_value):
    cast.service("Ensimmäinen", kivivuori, **{field: [value]})
    cast.service("Molemmat", kivivuori, **{field: [value, other_value]})
    cast.service("Toinen", kivivuori, **{field: [other_value]})
    cast.service("Ei kumpikaan", kivivuori)
    assert sorted(find(**{parameter: value}).names) == ["Ensimmäinen", "Molemmat"]
    assert sorted(find(**{parameter: [value, other_value]}).names) == ["Ensimmäinen", "Molemmat", "Toinen"]


def test_cost(kivivuori, find):
    for cost in ("free", "fee", "varies", ""):
        cast.service(cost or "Ei tiedossa", kivivuori, cost=cost)
    assert find(cost="free").names == ["free"]
    assert sorted(find(cost=["free", "varies"]).names) == ["free", "varies"]


@pytest.mark.parametrize("flag", ["low_threshold", "anonymous"])
def test_flags(kivivuori, find, flag):
    cast.service("On", kivivuori, **{flag: True})
    cast.service("Ei ole", kivivuori)
    assert find(**{flag: "1"}).names == ["On"]


def test_all_selected_accessibility_facts_must_match(kivivuori, find):
    cast.service("Tulkki", kivivuori, accessibility=["interpreter"])
    cast.service("Tulkki ja selkokieli", kivivuori, accessibility=["interpreter", "easy-language"])
    assert sorted(find(accessibility="interpreter").names) == ["Tulkki", "Tulkki ja selkokieli"]
    assert find(accessibility=["interpreter", "easy-language"]).names == ["Tulkki ja selkokieli"]


def test_accessibility_of_a_location_counts_for_its_services(kivivuori, find):
    hall = cast.location("Sali", kivivuori, accessibility=["step-free", "lift"])
    cast.service("Kerho", kivivuori, places=[hall], accessibility=["interpreter"])
    cast.service("Retki", kivivuori)
    assert find(accessibility=["step-free", "interpreter"]).names == ["Kerho"]


def test_form_of_help_and_target_group(kivivuori, find):
    peers = cast.category("Vertaistuki", code="peer-support", scheme="form-of-help")
    fathers = cast.category("Isät", code="tg-fathers", scheme="target-group")
    cast.service("Isäryhmä", kivivuori, tags=[peers, fathers])
    cast.service("Äitiryhmä", kivivuori, tags=[peers])
    cast.service("Isien neuvonta", kivivuori, tags=[fathers])
    assert sorted(find(category="peer-support").names) == ["Isäryhmä", "Äitiryhmä"]
    assert find(category=["peer-support", "tg-fathers"]).names == ["Isäryhmä"]


@pytest.mark.parametrize(
    ("age", "names"),
    [
        (0, ["Kaikille", "Korkeintaan 6"]),
        (6, ["Kaikille", "Korkeintaan 6"]),
        (7, ["Kaikille"]),
        (13, ["13–17", "Kaikille", "Vähintään 13"]),
        (17, ["13–17", "Kaikille", "Vähintään 13"]),
        (18, ["Kaikille", "Vähintään 13"]),
        (99, ["Kaikille", "Vähintään 13"]),
    ],
)
def test_age_limits_are_inclusive(kivivuori, find, age, names):
    cast.service("Korkeintaan 6", kivivuori, age_max=6)
    cast.service("13–17", kivivuori, age_min=13, age_max=17)
    cast.service("Vähintään 13", kivivuori, age_min=13)
    cast.service("Kaikille", kivivuori)
    assert sorted(find(age=age).names) == names


def test_service_for_babies_only(kivivuori, find):
    cast.service("Vauvahieronta", kivivuori, age_min=0, age_max=0)
    assert find(age=0).names == ["Vauvahieronta"]
    assert find(age=1).names == []


def test_different_filters_must_all_match(kivivuori, vake, find):
    debts = cast.category("Velat", code="debts")
    right = {"tags": [debts], "cost": "free", "channels": ["phone"], "age_min": 18, "low_threshold": True}
    cast.service("Oikea", kivivuori, summary_fi="Velkaneuvontaa.", **right)
    cast.service("Väärä sektori", vake, summary_fi="Velkaneuvontaa.", **right)
    for name, wrong in {
        "Väärä aihe": {"tags": []},
        "Maksaa": {"cost": "fee"},
        "Paikan päällä": {"channels": ["on-site"]},
        "Lapsille": {"age_min": 0, "age_max": 12},
        "Korkea kynnys": {"low_threshold": False},
        "Muualla": {"works_in": "Espoo"},
    }.items():
        cast.service(name, kivivuori, summary_fi="Velkaneuvontaa.", **{**right, **wrong})
    cast.service("Toinen asia", kivivuori, **right)
    page = find(
        q="velkaneuvonta",
        sector="ngo",
        category="debts",
        cost="free",
        channel="phone",
        age=30,
        low_threshold="1",
        municipality="092",
    )
    assert page.names == ["Oikea"]


def test_form_keeps_the_selected_values(kivivuori, find):
    cast.service("Kerho", kivivuori, cost="free", channels=["chat"])
    page = find(
        q="kerho",
        age=0,
        municipality="092",
        cost="free",
        channel=["chat", "phone"],
        anonymous="1",
        sort="name",
    )
    assert page.one("input", id="q")["value"] == "kerho"
    assert page.one("input", id="age")["value"] == "0"
    chosen = page.one("select", id="municipality").all("option", selected=True)
    assert [option["value"] for option in chosen] == ["092"]
    assert {key for key, box in page.boxes.items() if box.checked} == {
        ("cost", "free"),
        ("channel", "chat"),
        ("channel", "phone"),  # without results, but kept
        ("anonymous", "1"),
    }
    assert page.one("input", type="hidden", name="sort")["value"] == "name"
