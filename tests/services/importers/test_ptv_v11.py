"""What version 11 of the PTV open API says becomes plain records; what does not fit is counted and named."""

from datetime import UTC, date, datetime, time

import pytest

from services.importers.ptv import v11
from services.importers.ptv.problems import Problems
from services.importers.ptv.records import AreaRecord, ExceptionalHours, WeeklyHours

from .ptv_pages import (
    channel,
    identifier,
    link,
    municipalities,
    organisation,
    place,
    said,
    service,
    street_address,
)


@pytest.fixture
def reading():
    return v11.Reading(Problems(), municipalities={"049", "091", "092", "245"}, counties={"03", "04"})


def notices(reading) -> dict[tuple[str, str], int]:
    return {(notice.code, notice.value): notice.count for notice in reading.problems.notices}


def read_service(reading, **changes):
    return v11.read_service(service(**changes), reading)


def read_organisation(reading, **changes):
    return v11.read_organisation(organisation(**changes), reading)


def read_place(reading, **changes):
    (found,) = v11.read_channel(place(**changes), reading)
    return found


class TestNames:
    def test_a_service_has_its_name_in_each_language(self, reading):
        names = said("Isäryhmä", "Pappagrupp", "Fathers' group", type="Name")
        assert read_service(reading, serviceNames=names).name == {
            "fi": "Isäryhmä",
            "sv": "Pappagrupp",
            "en": "Fathers' group",
        }

    def test_another_name_becomes_a_search_word(self, reading):
        names = said("Isäryhmä", type="Name") + said("Faijakerho", type="AlternativeName")
        assert read_service(reading, serviceNames=names).search_words == {"fi": ("Faijakerho",)}

    @pytest.mark.parametrize("names", [[], said("  ", type="Name"), said(None, "Pappagrupp", type="Name")])
    def test_a_service_without_a_finnish_name_is_an_error(self, reading, names):
        assert read_service(reading, serviceNames=names) is None
        assert [problem.code for problem in reading.problems.errors] == ["empty-finnish-name"]

    def test_an_organisation_without_a_finnish_name_is_an_error(self, reading):
        assert read_organisation(reading, organizationNames=said("", "Staden", type="Name")) is None
        assert [problem.code for problem in reading.problems.errors] == ["empty-finnish-name"]

    def test_languages_beyond_three_are_counted(self, reading):
        names = [*said("Isäryhmä", type="Name"), {"type": "Name", "language": "se", "value": "Áhččejoavku"}]
        read_service(reading, serviceNames=names)
        assert notices(reading)["text-in-another-language", "se"] == 1


class TestDescriptions:
    def described(self, reading, *texts, **changes):
        return read_service(reading, serviceDescriptions=[item for text in texts for item in text], **changes)

    def test_types_find_their_places(self, reading):
        found = self.described(
            reading,
            said("Lyhyesti.", type="Summary"),
            said("Pitkästi.", type="Description"),
            said("Soita ensin.", type="UserInstruction"),
            said("Hae syyskuussa.", type="DeadLine"),
            said("Kaksi viikkoa.", type="ProcessingTime"),
            said("Lupa on voimassa vuoden.", type="ValidityTime"),
            said("Kahvi maksaa euron.", type="ChargeTypeAdditionalInfo"),
        )
        assert found.summary == {"fi": "Lyhyesti."}
        assert found.description == {"fi": "Pitkästi.\n\nLupa on voimassa vuoden."}
        assert found.client_access == {"fi": "Soita ensin.\n\nHae syyskuussa."}
        assert found.waiting_time == {"fi": "Kaksi viikkoa."}
        assert found.cost_note == {"fi": "Kahvi maksaa euron."}

    def test_names_of_types_from_older_versions_are_known(self, reading):
        found = self.described(
            reading, said("Lyhyt.", type="ShortDescription"), said("Soita.", type="ServiceUserInstruction")
        )
        assert (found.summary, found.client_access) == ({"fi": "Lyhyt."}, {"fi": "Soita."})

    def test_a_long_summary_is_cut_at_a_word_and_kept_whole_in_the_description(self, reading):
        long = "Ryhmä on tarkoitettu vanhemmille, jotka " + "kaipaavat juttuseuraa " * 10 + "illoiksi."
        found = self.described(
            reading, said(long, type="Summary"), said("Kokoonnumme torstaisin.", type="Description")
        )
        assert len(found.summary["fi"]) <= 150
        assert found.summary["fi"].endswith(" kaipaavat juttuseuraa…") or found.summary["fi"].endswith(
            "kaipaavat…"
        )
        assert found.description["fi"] == f"{long}\n\nKokoonnumme torstaisin."
        assert notices(reading)["summary-cut", "fi: longer than 150 characters"] == 1

    def test_a_long_summary_that_the_description_repeats_stays_there_once(self, reading):
        long = "Ryhmä on vanhemmille, jotka " + "kaipaavat juttuseuraa " * 10 + "illoiksi."
        found = self.described(
            reading, said(long, type="Summary"), said(f"{long} Tule mukaan.", type="Description")
        )
        assert found.description["fi"].count("illoiksi") == 1

    def test_without_a_summary_the_first_sentence_stands_in(self, reading):
        found = self.described(reading, said("Avoin kahvila isille. Tule kun ehdit.", type="Description"))
        assert found.summary == {"fi": "Avoin kahvila isille."}
        assert notices(reading)["summary-made", "fi: the first sentence of the description"] == 1

    def test_the_general_description_comes_before_the_own_text_but_not_in_new_languages(self, reading):
        found = self.described(
            reading,
            said("Näin meillä.", type="Description"),
            said("Näin kaikkialla.", "Så överallt.", type="GD_Description"),
            said("Laki sanoo näin.", type="GD_BackgroundDescription"),
            said("Yleinen tiivistelmä.", type="GD_Summary"),
            generalDescriptionId=identifier("pohja"),
        )
        assert found.description == {"fi": "Näin kaikkialla.\n\nNäin meillä.\n\nLaki sanoo näin."}
        assert found.summary == {"fi": "Yleinen tiivistelmä."}

    def test_a_general_description_that_is_not_in_the_page_is_counted(self, reading):
        read_service(reading, generalDescriptionId=identifier("pohja"))
        assert reading.problems.count("general-description-missing") == 1

    def test_an_unknown_type_is_counted_and_named(self, reading):
        self.described(reading, said("Hm.", type="Poem"), said(None, type="Verse"))
        assert notices(reading) == {("unknown-text-type", "Poem"): 1}

    def test_markup_is_cleaned(self, reading):
        found = self.described(reading, said("<p>Yksi.</p><ul><li>kaksi</li></ul>", type="Description"))
        assert found.description["fi"] == "Yksi.\n\n- kaksi"


class TestFactsOfAService:
    @pytest.mark.parametrize(
        ("charge", "cost"),
        [
            ("FreeOfCharge", "free"),
            ("Free", "free"),
            ("Chargeable", "fee"),
            ("Charged", "fee"),
            ("Other", "varies"),
            (None, ""),
        ],
    )
    def test_cost(self, reading, charge, cost):
        assert read_service(reading, serviceChargeType=charge).cost == cost

    def test_an_unknown_cost_is_counted(self, reading):
        assert read_service(reading, serviceChargeType="Barter").cost == ""
        assert notices(reading)["unknown-charge-type", "Barter"] == 1

    def test_requirements_and_languages(self, reading):
        found = read_service(reading, requirements=said("Vantaalaisille."), languages=["fi", "prs", "fa"])
        assert found.requirements == {"fi": "Vantaalaisille."}
        assert found.languages == ("fi", "fa")

    def test_classes_target_groups_and_life_events_are_codes_of_one_system(self, reading):
        found = read_service(
            reading,
            serviceClasses=[{"name": said("Perheneuvonta"), "code": "P4.9"}],
            targetGroups=[
                {"code": None, "newUri": "http://uri.suomi.fi/codelist/ptv/ptvkohderyhmat/code/KR1.2"}
            ],
            lifeEvents=[{"code": None, "uri": "http://uri.suomi.fi/codelist/ptv/ptvelti/code/KE4.4"}],
        )
        assert found.codes == (("ptv", "P4.9"), ("ptv", "KR1.2"), ("ptv", "KE4.4"))

    def test_a_class_that_cannot_be_told_is_counted(self, reading):
        read_service(
            reading, serviceClasses=[{"code": None, "uri": "http://urn.fi/URN:NBN:fi:au:ptvl:v1099"}]
        )
        assert reading.problems.count("class-without-code") == 1

    def test_keywords_terms_and_class_names_become_search_words_once_each(self, reading):
        found = read_service(
            reading,
            keywords=[*said("vertaistuki"), *said("Isät"), *said(None, "pappor")],
            ontologyTerms=[{"name": said("isät", "fäder", "fathers")}],
            serviceClasses=[{"code": "P4.9", "name": said("Perheneuvonta", "Familjerådgivning")}],
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
        assert notices(reading) == {
            ("not-kept", "service: further organisation (OtherResponsible)"): 1,
            ("not-kept", "service: further organisation (Producer)"): 1,
        }

    def test_the_time_of_the_last_change_is_utc(self, reading):
        assert read_service(reading).modified == datetime(2025, 3, 4, 5, 6, 7, 123456, tzinfo=UTC)

    def test_what_has_no_place_here_is_counted_by_its_key(self, reading):
        read_service(
            reading,
            legislation=[{"names": said("Laki")}],
            serviceVouchersInUse=False,
            somethingNew={"a": 1},
            sourceId="77",
        )
        assert notices(reading) == {
            ("not-kept", "service: legislation"): 1,
            ("not-kept", "service: somethingNew"): 1,
        }

    @pytest.mark.parametrize("status", ["Draft", "Modified", "Deleted", "Archived", "Withdrawn"])
    def test_only_published_records_are_read(self, reading, status):
        assert read_service(reading, publishingStatus=status) is None
        assert notices(reading)["not-published", f"service: {status}"] == 1


class TestAreas:
    def area(self, reading, kind, areas=()):
        return read_service(reading, areaType=kind, areas=list(areas)).area

    @pytest.mark.parametrize("kind", ["Nationwide", "WholeCountry"])
    def test_the_whole_country(self, reading, kind):
        assert self.area(reading, kind) == AreaRecord(nationwide=True)

    def test_the_country_without_aland_is_kept_as_nationwide_and_counted(self, reading):
        assert self.area(reading, "NationwideExceptAlandIslands").nationwide
        assert reading.problems.count("area-simplified") == 1

    def test_municipalities(self, reading):
        found = self.area(reading, "LimitedType", municipalities("245", "092"))
        assert found == AreaRecord(municipalities=("092", "245"))

    @pytest.mark.parametrize(
        "kind", ["Region", "Province", "BusinessSubRegion", "HospitalDistrict", "HospitalRegions"]
    )
    def test_other_areas_are_the_municipalities_they_consist_of(self, reading, kind):
        areas = [{"type": kind, "code": "1", "municipalities": [{"code": "091"}, {"code": "92"}]}]
        assert self.area(reading, "LimitedType", areas) == AreaRecord(municipalities=("091", "092"))

    def test_a_wellbeing_services_county_is_kept_as_such(self, reading):
        areas = [{"type": "WellbeingServiceCounties", "code": "4", "municipalities": [{"code": "092"}]}]
        assert self.area(reading, "LimitedType", areas) == AreaRecord(counties=("04",))

    def test_an_unknown_municipality_is_an_error(self, reading):
        self.area(reading, "LimitedType", municipalities("999"))
        assert [problem.detail for problem in reading.problems.errors] == ["municipality 999 does not exist"]

    def test_an_area_without_content_is_counted(self, reading):
        self.area(reading, "LimitedType", [{"type": "Region", "code": "01", "municipalities": []}])
        self.area(reading, "LimitedType", [{"type": "Galaxy", "municipalities": [{"code": "092"}]}])
        assert notices(reading) == {
            ("area-without-municipalities", "Region 01"): 1,
            ("no-area", "limited to areas, but none is named"): 1,
            ("unknown-area-type", "Galaxy"): 1,
        }

    def test_an_organisation_without_areas_works_in_its_municipality(self, reading):
        assert read_organisation(reading).area == AreaRecord(municipalities=("092",))


class TestOrganisations:
    @pytest.mark.parametrize(
        ("kind", "name", "sector"),
        [
            ("Municipality", "Kevätpuron kaupunki", "municipality"),
            ("State", "Kansaneläkelaitos", "state"),
            ("Company", "Hoivapolku Oy", "company"),
            ("Organization", "Kevätpuron Martat ry", "ngo"),
            ("Organization", "Kevätpuron seurakunta", "parish"),
            ("RegionalOrganization", "Kevätpuron seurakuntayhtymä", "parish"),
            ("Organization", "Vårbäcks svenska församling", "parish"),
            ("Organization", "Seurakuntaopiston säätiö", "ngo"),
            ("Municipality", "Seurakunta-nimisen kylän kunta", "municipality"),
            ("RegionalOrganization", "Kevätpuron hyvinvointialue", "county"),
            ("RegionalOrganization", "Kevätpuron koulutuskuntayhtymä", "municipality"),
            ("SotePublic", "Kevätpuron hyvinvointialue", "county"),
            ("Region", "Kevätpuro", "county"),
            ("SotePrivate", "Lääkäriasema", "company"),
            ("TT1", "Kevätpuron kunta", "municipality"),
            ("TT1", "Virasto", "state"),
            ("TT2", "Hoivapolku Oy", "company"),
            ("TT2", "Kevätpuron tuki", "ngo"),
            ("Guild", "Kevätpuron suutarit", "ngo"),
        ],
    )
    def test_type_and_name_tell_the_sector(self, reading, kind, name, sector):
        found = read_organisation(reading, organizationType=kind, organizationNames=said(name, type="Name"))
        assert found.sector == sector

    def test_guesses_are_counted(self, reading):
        read_organisation(reading, organizationType="TT1")
        read_organisation(reading, organizationType="Guild")
        assert notices(reading) == {
            ("sector-by-name", "TT1 is kept as municipality"): 1,
            ("unknown-organisation-type", "Guild is kept as ngo"): 1,
        }

    def test_contact_details(self, reading):
        found = read_organisation(
            reading,
            businessCode="0737546-2",
            organizationNames=said("Perheiden tuki ry", type="Name") + said("PTRY", type="AlternativeName"),
            organizationDescriptions=said("Auttaa.", type="Summary")
            + said("Auttaa perheitä.", type="Description"),
            emails=said("toimisto@example.org"),
            phoneNumbers=[{"language": "fi", "number": "40 000 0000", "prefixNumber": "+358"}],
            webPages=[
                {"language": "fi", "url": "https://example.org"},
                {"language": "sv", "url": "www.example.org/sv"},
            ],
            parentOrganizationId=identifier("Keskusliitto"),
        )
        assert (found.business_id, found.abbreviation) == ("0737546-2", "PTRY")
        assert found.description == {"fi": "Auttaa perheitä."}
        assert found.email == "toimisto@example.org"
        assert [phone.number for phone in found.phones] == ["+358 40 000 0000"]
        assert found.website == {"fi": "https://example.org", "sv": "https://www.example.org/sv"}
        assert found.parent == identifier("Keskusliitto")

    def test_a_business_id_with_a_wrong_check_digit_is_counted(self, reading):
        assert read_organisation(reading, businessCode="0737546-3").business_id == ""
        assert notices(reading)["bad-business-id", "0737546-3"] == 1


class TestPhonesMailAndPages:
    def phone(self, **changes):
        return {
            "language": "fi",
            "number": "40 000 0000",
            "prefixNumber": "+358",
            "type": "Phone",
            "serviceChargeType": "Chargeable",
            **changes,
        }

    def phones(self, reading, *numbers):
        return read_place(reading, phoneNumbers=list(numbers)).phones

    def test_one_number_in_two_languages_is_one_record(self, reading):
        (found,) = self.phones(
            reading,
            self.phone(additionalInformation="Ajanvaraus"),
            self.phone(language="sv", additionalInformation="Tidsbokning", chargeDescription="8 cent"),
        )
        assert found.number == "+358 40 000 0000"
        assert found.label == {"fi": "Ajanvaraus", "sv": "Tidsbokning"}
        assert found.charge_note == {"fi": "Paikallisverkkomaksu tai matkapuhelinmaksu", "sv": "8 cent"}

    @pytest.mark.parametrize(
        ("changes", "number"),
        [
            ({"number": "0800 00000", "isFinnishServiceNumber": True, "prefixNumber": None}, "0800 00000"),
            ({"number": "040 000 0000"}, "+358 40 000 0000"),
            ({"number": "08 000 000", "prefixNumber": "+46"}, "+46 08 000 000"),
            ({"number": "+358 40 000 0000"}, "+358 40 000 0000"),
        ],
    )
    def test_numbers_as_they_are_dialled(self, reading, changes, number):
        assert [phone.number for phone in self.phones(reading, self.phone(**changes))] == [number]

    def test_a_free_call_is_told(self, reading):
        (found,) = self.phones(reading, self.phone(serviceChargeType="FreeOfCharge"))
        assert found.charge_note == {"fi": "Puhelu on maksuton"}

    def test_faxes_are_counted(self, reading):
        assert self.phones(reading, self.phone(type="Fax")) == ()
        assert notices(reading)["not-kept", "phone: fax number"] == 1

    def test_the_finnish_address_comes_first_and_bad_ones_are_counted(self, reading):
        mails = said(None, "post@example.org") + said("ei osoite") + said("posti@example.org")
        assert read_place(reading, supportEmails=mails).email == "posti@example.org"
        assert notices(reading) == {
            ("bad-email", "ei osoite"): 1,
            ("not-kept", "further e-mail address"): 1,
        }

    @pytest.mark.parametrize(
        "address", ["javascript:alert(1)", "ftp://example.org", "http://", "https://a b.fi", "hei"]
    )
    def test_what_is_no_web_address_is_counted(self, reading, address):
        assert read_place(reading, webPages=[{"language": "fi", "url": address}]).website == {}
        assert notices(reading)["bad-web-address", address] == 1


class TestPlaces:
    def test_a_place_has_an_address_and_degrees(self, reading):
        found = read_place(reading)
        assert found.street == {"fi": "Ratatie 11", "sv": "Banvägen 11"}
        assert (found.postal_code, found.city) == ("01300", {"fi": "Vantaa", "sv": "Vanda"})
        assert found.municipality == "092"
        assert 60.28 < found.latitude < 60.31
        assert 25.0 < found.longitude < 25.1

    @pytest.mark.parametrize(
        ("changes", "notice"),
        [
            (
                {"coordinateState": "NotReceived", "latitude": "0", "longitude": "0"},
                ("no-coordinates", "NotReceived"),
            ),
            ({"latitude": None}, ("no-coordinates", "not given")),
            ({"latitude": "abc"}, ("bad-coordinates", "abc 392950.0")),
            ({"latitude": "60.29", "longitude": "25.04"}, ("bad-coordinates", "N 60 E 25 is not in Finland")),
            ({"postalCode": "1300"}, ("bad-postal-code", "1300")),
        ],
    )
    def test_what_is_wrong_with_an_address_is_counted(self, reading, changes, notice):
        found = read_place(reading, addresses=[street_address(**changes)])
        assert notices(reading) == {notice: 1}
        assert found.latitude is None or notice[0] == "bad-postal-code"

    def test_an_unknown_municipality_is_an_error(self, reading):
        read_place(reading, addresses=[street_address(municipality={"code": "998"})])
        assert [problem.code for problem in reading.problems.errors] == ["unknown-municipality"]

    def test_several_visiting_addresses_are_several_places(self, reading):
        postal = {
            "type": "Postal",
            "subType": "PostOfficeBox",
            "postOfficeBoxAddress": {"postalCode": "01301"},
        }
        other = {
            "type": "Location",
            "subType": "Other",
            "otherAddress": {
                "additionalInformation": said("Rannan leikkipaikka"),
                "postalCode": "01300",
                "latitude": "6686000",
                "longitude": "393000",
            },
        }
        found = v11.read_channel(place(addresses=[street_address(), postal, other]), reading)
        assert [(one.identifier, one.street["fi"]) for one in found] == [
            (identifier("Perhetalo"), "Ratatie 11"),
            (identifier("Perhetalo") + "/2", "Rannan leikkipaikka"),
        ]
        assert notices(reading) == {("not-kept", "address: postal address"): 1}

    def test_a_place_abroad_or_without_address_is_left_out_and_counted(self, reading):
        abroad = {"type": "Location", "subType": "Abroad", "locationAbroad": said("Tallinna")}
        assert v11.read_channel(place(addresses=[abroad]), reading) == []
        assert reading.problems.count("no-visiting-address") == 1
        assert notices(reading)["not-kept", "address: Abroad"] == 1

    def test_accessibility_sentences_become_paragraphs(self, reading):
        entrance = {
            "name": [],
            "accessibilitySentences": [
                {
                    "sentenceGroup": said("Ovi"),
                    "sentences": [{"sentence": said("Leveä.")}, {"sentence": said("Kevyt.")}],
                },
                {"sentenceGroup": said("Tilat"), "sentences": [{"sentence": said("Ei kynnyksiä.")}]},
            ],
        }
        found = read_place(reading, addresses=[{**street_address(), "entrances": [entrance]}])
        assert found.accessibility_note == {"fi": "Ovi: Leveä. Kevyt.\n\nTilat: Ei kynnyksiä."}

    def test_the_name_that_the_source_shows(self, reading):
        names = said("Perhetalo Oy Ab Virallinen", type="Name") + said("Perhetalo", type="AlternativeName")
        found = read_place(
            reading,
            serviceChannelNames=names,
            displayNameType=[{"language": "fi", "type": "AlternativeName"}],
        )
        assert found.name == {"fi": "Perhetalo"}


class TestHours:
    def hours(self, reading, *items):
        return read_place(reading, serviceHours=list(items)).opening

    def week(self, *spans, kind="DaysOfTheWeek", **changes):
        return {
            "serviceHourType": kind,
            "openingHour": [{"dayFrom": a, "dayTo": b, "from": c, "to": d} for a, b, c, d in spans],
            **changes,
        }

    def test_single_days_and_spans_of_days(self, reading):
        found = self.hours(
            reading,
            self.week(("Monday", "Wednesday", "08:00:00", "16:00:00"), ("Friday", "", "9:00", "12:30")),
        )
        assert found.weekly == (
            WeeklyHours(1, time(8), time(16)),
            WeeklyHours(2, time(8), time(16)),
            WeeklyHours(3, time(8), time(16)),
            WeeklyHours(5, time(9), time(12, 30)),
        )

    def test_over_midnight_is_one_row_and_over_days_is_several(self, reading):
        night = self.hours(
            reading, self.week(("Friday", "Saturday", "20:00:00", "02:00:00"), kind="OverMidnight")
        )
        assert night.weekly == (WeeklyHours(5, time(20), time(2)),)
        weekend = self.hours(
            reading, self.week(("Friday", "Sunday", "18:00:00", "12:00:00"), kind="OverMidnight")
        )
        assert weekend.weekly == (
            WeeklyHours(5, time(18), time(23, 59)),
            WeeklyHours(6, time(0), time(23, 59)),
            WeeklyHours(7, time(0), time(12)),
        )

    def test_always_open_is_every_day(self, reading):
        found = self.hours(reading, self.week(isAlwaysOpen=True))
        assert [row.weekday for row in found.weekly] == [1, 2, 3, 4, 5, 6, 7]
        assert {(row.opens, row.closes) for row in found.weekly} == {(time(0), time(23, 59))}

    def test_a_season_keeps_its_dates_in_finland(self, reading):
        found = self.hours(
            reading,
            self.week(
                ("Monday", "", "10:00", "14:00"),
                validFrom="2026-05-31T21:00:00Z",
                validTo="2026-08-31T00:00:00",
            ),
        )
        assert (found.weekly[0].valid_from, found.weekly[0].valid_until) == (
            date(2026, 6, 1),
            date(2026, 8, 31),
        )

    def test_by_appointment_and_notes(self, reading):
        found = self.hours(
            reading, self.week(isReservation=True, additionalInformation=said("Varaa aika puhelimitse."))
        )
        assert (found.by_appointment, found.weekly) == (True, ())
        assert found.note == {"fi": "Varaa aika puhelimitse."}

    def test_a_closed_day_and_a_short_day(self, reading):
        found = self.hours(
            reading,
            {
                "serviceHourType": "Exceptional",
                "validFrom": "2026-12-06T00:00:00",
                "isClosed": True,
                "additionalInformation": said("Itsenäisyyspäivä"),
            },
            self.week(
                ("", "", "9:00", "13:00"), kind="Exceptional", validFrom="2026-12-23", validTo="2026-12-24"
            ),
        )
        assert found.exceptions == (
            ExceptionalHours(date(2026, 12, 6), date(2026, 12, 6), note={"fi": "Itsenäisyyspäivä"}),
            ExceptionalHours(date(2026, 12, 23), date(2026, 12, 24), time(9), time(13)),
        )

    def test_weekdays_of_a_short_exception_are_spelt_out(self, reading):
        found = self.hours(
            reading,
            self.week(
                ("Monday", "Tuesday", "9:00", "12:00"),
                kind="Exceptional",
                validFrom="2026-06-22",
                validTo="2026-06-30",
            ),
        )
        assert [row.starts_on.day for row in found.exceptions] == [22, 23, 29, 30]

    def test_a_closed_season_is_an_exception(self, reading):
        found = self.hours(reading, self.week(isClosed=True, validFrom="2026-07-01", validTo="2026-07-31"))
        assert found.exceptions == (ExceptionalHours(date(2026, 7, 1), date(2026, 7, 31)),)

    @pytest.mark.parametrize(
        ("item", "notice"),
        [
            ({"serviceHourType": "Lunar"}, ("unknown-hours-type", "Lunar")),
            (
                {"serviceHourType": "Exceptional", "isClosed": True},
                ("hours-not-understood", "exception without dates"),
            ),
            (
                {
                    "serviceHourType": "Standard",
                    "openingHour": [{"dayFrom": "Monday", "from": "soon", "to": "later"}],
                },
                ("hours-not-understood", "without weekday or time"),
            ),
            (
                {"serviceHourType": "Standard", "isClosed": True},
                ("hours-not-understood", "closed without dates"),
            ),
            ({"serviceHourType": "Standard", "validFrom": "next week"}, ("bad-date", "next week")),
        ],
    )
    def test_hours_that_make_no_sense_are_counted(self, reading, item, notice):
        assert self.hours(reading, item).weekly == ()
        assert notices(reading) == {notice: 1}


class TestOtherChannels:
    @pytest.mark.parametrize(
        ("kind", "name", "code"),
        [
            ("Phone", "Neuvontapuhelin", "phone"),
            ("EChannel", "Hakemus verkossa", "written"),
            ("EChannel", "Perhechat", "chat"),
            ("WebPage", "Chatti vanhemmille", "chat"),
            ("EChannel", "Varaa etävastaanotto", "remote"),
            ("PrintableForm", "Lomake", "written"),
            ("WebPage", "Verkkosivut", ""),
        ],
    )
    def test_types_and_names_tell_the_channel(self, reading, kind, name, code):
        assert v11.read_channel(channel(name, kind), reading).channel == code

    def test_a_form_has_its_file_as_address(self, reading):
        form = channel(
            "Lomake", "PrintableForm", channelUrls=said("https://example.org/lomake.pdf", type="PDF")
        )
        assert v11.read_channel(form, reading).website == {"fi": "https://example.org/lomake.pdf"}

    def test_an_unknown_type_is_counted(self, reading):
        assert v11.read_channel(channel("Kyyhkynen", "Pigeon"), reading) is None
        assert notices(reading) == {("unknown-channel-type", "Pigeon"): 1}


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
