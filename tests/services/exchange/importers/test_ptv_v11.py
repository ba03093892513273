"""What version 11 of the PTV open API says of services, and what its requests and shapes are."""

from datetime import UTC, datetime

import pytest

from services.exchange.importers.ptv import v11

from .ptv_pages import identifier, link, localised_texts, notice_counts, organisation, service


def read_service(reading, **changes):
    return v11.read_service(service(**changes), reading)


def read_organisation(reading, **changes):
    return v11.read_organisation(organisation(**changes), reading)


class TestNames:
    def test_a_service_has_its_name_in_each_language(self, reading):
        names = localised_texts("Isäryhmä", "Pappagrupp", "Fathers' group", type="Name")
        assert read_service(reading, serviceNames=names).name == {
            "fi": "Isäryhmä",
            "sv": "Pappagrupp",
            "en": "Fathers' group",
        }

    def test_another_name_becomes_a_search_word(self, reading):
        names = localised_texts("Isäryhmä", type="Name") + localised_texts("Faijakerho", type="AlternativeName")
        assert read_service(reading, serviceNames=names).search_words == {"fi": ("Faijakerho",)}

    @pytest.mark.parametrize(
        "names", [[], localised_texts("  ", type="Name"), localised_texts(None, "Pappagrupp", type="Name")]
    )
    def test_a_service_without_a_finnish_name_is_an_error(self, reading, names):
        assert read_service(reading, serviceNames=names) is None
        assert [problem.code for problem in reading.problems.errors] == ["empty-finnish-name"]

    def test_an_organisation_without_a_finnish_name_is_an_error(self, reading):
        assert read_organisation(reading, organizationNames=localised_texts("", "Staden", type="Name")) is None
        assert [problem.code for problem in reading.problems.errors] == ["empty-finnish-name"]

    def test_languages_beyond_three_are_counted(self, reading):
        names = [*localised_texts("Isäryhmä", type="Name"), {"type": "Name", "language": "se", "value": "Áhččejoavku"}]
        read_service(reading, serviceNames=names)
        assert notice_counts(reading)["text-in-another-language", "se"] == 1


class TestDescriptions:
    def described(self, reading, *texts, **changes):
        return read_service(reading, serviceDescriptions=[item for text in texts for item in text], **changes)

    def test_types_find_their_places(self, reading):
        found = self.described(
            reading,
            localised_texts("Lyhyesti.", type="Summary"),
            localised_texts("Pitkästi.", type="Description"),
            localised_texts("Soita ensin.", type="UserInstruction"),
            localised_texts("Hae syyskuussa.", type="DeadLine"),
            localised_texts("Kaksi viikkoa.", type="ProcessingTime"),
            localised_texts("Lupa on voimassa vuoden.", type="ValidityTime"),
            localised_texts("Kahvi maksaa euron.", type="ChargeTypeAdditionalInfo"),
        )
        assert found.summary == {"fi": "Lyhyesti."}
        assert found.description == {"fi": "Pitkästi.\n\nLupa on voimassa vuoden."}
        assert found.client_access == {"fi": "Soita ensin.\n\nHae syyskuussa."}
        assert found.waiting_time == {"fi": "Kaksi viikkoa."}
        assert found.cost_note == {"fi": "Kahvi maksaa euron."}

    def test_names_of_types_from_older_versions_are_known(self, reading):
        found = self.described(
            reading,
            localised_texts("Lyhyt.", type="ShortDescription"),
            localised_texts("Soita.", type="ServiceUserInstruction"),
        )
        assert (found.summary, found.client_access) == ({"fi": "Lyhyt."}, {"fi": "Soita."})

    def test_a_long_summary_is_cut_at_a_word_and_kept_whole_in_the_description(self, reading):
        long = "Ryhmä on tarkoitettu vanhemmille, jotka " + "kaipaavat juttuseuraa " * 10 + "illoiksi."
        found = self.described(
            reading,
            localised_texts(long, type="Summary"),
            localised_texts("Kokoonnumme torstaisin.", type="Description"),
        )
        assert len(found.summary["fi"]) <= 150
        assert found.summary["fi"].endswith(" kaipaavat juttuseuraa…") or found.summary["fi"].endswith("kaipaavat…")
        assert found.description["fi"] == f"{long}\n\nKokoonnumme torstaisin."
        assert notice_counts(reading)["summary-cut", "fi: longer than 150 characters"] == 1

    def test_a_long_summary_that_the_description_repeats_stays_there_once(self, reading):
        long = "Ryhmä on vanhemmille, jotka " + "kaipaavat juttuseuraa " * 10 + "illoiksi."
        found = self.described(
            reading, localised_texts(long, type="Summary"), localised_texts(f"{long} Tule mukaan.", type="Description")
        )
        assert found.description["fi"].count("illoiksi") == 1

    def test_without_a_summary_the_first_sentence_stands_in(self, reading):
        found = self.described(reading, localised_texts("Avoin kahvila isille. Tule kun ehdit.", type="Description"))
        assert found.summary == {"fi": "Avoin kahvila isille."}
        assert notice_counts(reading)["summary-made", "fi: the first sentence of the description"] == 1

    def test_the_general_description_comes_before_the_own_text_but_not_in_new_languages(self, reading):
        found = self.described(
            reading,
            localised_texts("Näin meillä.", type="Description"),
            localised_texts("Näin kaikkialla.", "Så överallt.", type="GD_Description"),
            localised_texts("Laki sanoo näin.", type="GD_BackgroundDescription"),
            localised_texts("Yleinen tiivistelmä.", type="GD_Summary"),
            generalDescriptionId=identifier("pohja"),
        )
        assert found.description == {"fi": "Näin kaikkialla.\n\nNäin meillä.\n\nLaki sanoo näin."}
        assert found.summary == {"fi": "Yleinen tiivistelmä."}

    def test_a_general_description_that_is_not_in_the_page_is_counted(self, reading):
        read_service(reading, generalDescriptionId=identifier("pohja"))
        assert reading.problems.count("general-description-missing") == 1

    def test_an_unknown_type_is_counted_and_named(self, reading):
        self.described(reading, localised_texts("Hm.", type="Poem"), localised_texts(None, type="Verse"))
        assert notice_counts(reading) == {("unknown-text-type", "Poem"): 1}

    def test_markup_is_cleaned(self, reading):
        found = self.described(reading, localised_texts("<p>Yksi.</p><ul><li>kaksi</li></ul>", type="Description"))
        assert found.description["fi"] == "Yksi.\n\n- kaksi"


class TestFactsOfAService:
    @pytest.mark.parametrize(
        ("charge", "costs"),
        [
            ("FreeOfCharge", ("free",)),
            ("Free", ("free",)),
            ("Chargeable", ("fee",)),
            ("Charged", ("fee",)),
            ("Other", ("varies",)),
            (None, ()),
        ],
    )
    def test_cost(self, reading, charge, costs):
        assert read_service(reading, serviceChargeType=charge).facets["cost"] == costs

    def test_an_unknown_cost_is_counted(self, reading):
        assert read_service(reading, serviceChargeType="Barter").facets["cost"] == ()
        assert notice_counts(reading)["unknown-charge-type", "Barter"] == 1

    def test_requirements_and_languages(self, reading):
        found = read_service(reading, requirements=localised_texts("Vantaalaisille."), languages=["fi", "prs", "fa"])
        assert found.requirements == {"fi": "Vantaalaisille."}
        assert found.facets["language"] == ("fi", "fa")

    def test_classes_target_groups_and_life_events_are_codes_of_one_system(self, reading):
        found = read_service(
            reading,
            serviceClasses=[{"name": localised_texts("Perheneuvonta"), "code": "P4.9"}],
            targetGroups=[{"code": None, "newUri": "http://uri.suomi.fi/codelist/ptv/ptvkohderyhmat/code/KR1.2"}],
            lifeEvents=[{"code": None, "uri": "http://uri.suomi.fi/codelist/ptv/ptvelti/code/KE4.4"}],
        )
        assert found.codes == (("ptv", "P4.9"), ("ptv", "KR1.2"), ("ptv", "KE4.4"))

    def test_a_class_that_cannot_be_told_is_counted(self, reading):
        read_service(reading, serviceClasses=[{"code": None, "uri": "http://urn.fi/URN:NBN:fi:au:ptvl:v1099"}])
        assert reading.problems.count("class-without-code") == 1

    def test_keywords_terms_and_class_names_become_search_words_once_each(self, reading):
        found = read_service(
            reading,
            keywords=[*localised_texts("vertaistuki"), *localised_texts("Isät"), *localised_texts(None, "pappor")],
            ontologyTerms=[{"name": localised_texts("isät", "fäder", "fathers")}],
            serviceClasses=[{"code": "P4.9", "name": localised_texts("Perheneuvonta", "Familjerådgivning")}],
        )
        assert found.search_words == {
            "fi": ("vertaistuki", "Isät", "Perheneuvonta"),
            "sv": ("pappor", "fäder", "Familjerådgivning"),
            "en": ("fathers",),
        }

    def test_the_responsible_organisation_owns_the_service_and_others_are_counted(self, reading):
        found = read_service(
            reading,
            organizations=[
                {"roleType": "OtherResponsible", "organization": link("Naapuri")},
                {"roleType": "Responsible", "organization": link("Kaupunki")},
                {"roleType": "Producer", "organization": link("Kaupunki")},
                {"roleType": "Producer", "organization": link("Yritys")},
            ],
        )
        assert found.organisation == identifier("Kaupunki")
        assert notice_counts(reading) == {
            ("not-kept", "service: further organisation (OtherResponsible)"): 1,
            ("not-kept", "service: further organisation (Producer)"): 1,
        }

    def test_the_time_of_the_last_change_is_utc(self, reading):
        assert read_service(reading).modified == datetime(2025, 3, 4, 5, 6, 7, 123456, tzinfo=UTC)

    def test_what_has_no_place_here_is_counted_by_its_key(self, reading):
        read_service(
            reading,
            legislation=[{"names": localised_texts("Laki")}],
            serviceVouchersInUse=False,
            somethingNew={"a": 1},
            sourceId="77",
        )
        assert notice_counts(reading) == {
            ("not-kept", "service: legislation"): 1,
            ("not-kept", "service: somethingNew"): 1,
        }

    @pytest.mark.parametrize("status", ["Draft", "Modified", "Deleted", "Archived", "Withdrawn"])
    def test_only_published_records_are_read(self, reading, status):
        assert read_service(reading, publishingStatus=status) is None
        assert notice_counts(reading)["not-published", f"service: {status}"] == 1


class TestShapes:
    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"serviceNames": "Isäryhmä"}, "serviceNames should be a list, not text"),
            ({"serviceNames": [7]}, "serviceNames[0] should be an object, not a number"),
            (
                {"serviceNames": [{"type": "Name", "language": "fi", "value": []}]},
                "value should be text, not a list",
            ),
            ({"languages": {}}, "languages should be a list, not an object"),
            ({"publishingStatus": True}, "publishingStatus should be text, not true or false"),
        ],
    )
    def test_a_value_of_another_type_is_named(self, reading, changes, told):
        with pytest.raises(v11.ShapeError, match=told.replace("[", r"\[").replace("]", r"\]")):
            read_service(reading, **changes)

    def test_what_no_database_can_keep_is_taken_out(self, reading):
        found = read_service(
            reading, serviceNames=localised_texts("Is\x00ä\ud800ryhmä", type="Name"), languages=["f\x00i"]
        )
        assert found.name == {"fi": "Isäryhmä"}
        assert found.facets["language"] == ("fi",)

    def test_a_date_beyond_all_calendars_is_counted(self, reading):
        assert read_service(reading, modified="0001-01-01T00:00:00+14:00").modified is None
        assert reading.problems.count("bad-date") == 1

    def test_lists_may_be_null(self, reading):
        empty = dict.fromkeys(["serviceDescriptions", "areas", "languages", "keywords", "serviceChannels"])
        assert read_service(reading, **empty).summary == {}


class TestRequests:
    def test_ids_come_in_pages_and_records_in_batches(self):
        assert v11.ids_request("services", 3) == ("/api/v11/Service", {"page": "3"})
        path, parameters = v11.batch_request("servicechannels", ["a", "b"])
        assert (path, parameters) == ("/api/v11/ServiceChannel/list", {"guids": "a,b"})

    def test_services_come_with_their_general_descriptions(self):
        assert v11.batch_request("services", ["a"])[0] == "/api/v11/Service/serviceWithGD/list"

    @pytest.mark.parametrize("size", [0, 101])
    def test_a_batch_has_a_limit(self, size):
        with pytest.raises(ValueError, match="1 to 100"):
            v11.batch_request("services", ["a"] * size)

    def test_an_empty_page_may_hold_null(self):
        assert v11.read_ids({"pageNumber": 1, "pageCount": 0, "itemList": None}) == ([], 0)
