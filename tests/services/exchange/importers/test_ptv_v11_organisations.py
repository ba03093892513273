"""Reading organisations, areas and contact details of the PTV open API, version 11."""

import pytest

from services.exchange.importers.base.records import AreaRecord
from services.exchange.importers.ptv import v11

from .ptv_pages import identifier, localised_texts, municipalities, notice_counts, organisation, place, service


def read_service(reading, **changes):
    return v11.read_service(service(**changes), reading)


def read_organisation(reading, **changes):
    return v11.read_organisation(organisation(**changes), reading)


def read_place(reading, **changes):
    (found,) = v11.read_channel(place(**changes), reading)
    return found


class TestAreas:
    def area(self, reading, kind, areas=()):
        return read_service(reading, areaType=kind, areas=list(areas)).area

    @pytest.mark.parametrize("kind", ["Nationwide", "WholeCountry"])
    def test_the_whole_country(self, reading, kind):
        assert self.area(reading, kind) == AreaRecord(nationwide=True)

    def test_the_country_without_aland_becomes_nationwide_and_is_counted(self, reading):
        assert self.area(reading, "NationwideExceptAlandIslands").nationwide
        assert reading.problems.count("area-simplified") == 1

    def test_municipalities(self, reading):
        area = self.area(reading, "LimitedType", municipalities("245", "092"))
        assert area == AreaRecord(municipalities=("092", "245"))

    @pytest.mark.parametrize("kind", ["Region", "Province", "BusinessSubRegion", "HospitalDistrict", "HospitalRegions"])
    def test_other_areas_are_the_municipalities_they_consist_of(self, reading, kind):
        areas = [{"type": kind, "code": "1", "municipalities": [{"code": "091"}, {"code": "92"}]}]
        assert self.area(reading, "LimitedType", areas) == AreaRecord(municipalities=("091", "092"))

    def test_a_wellbeing_services_county_stays_a_county(self, reading):
        areas = [{"type": "WellbeingServiceCounties", "code": "4", "municipalities": [{"code": "092"}]}]
        assert self.area(reading, "LimitedType", areas) == AreaRecord(counties=("04",))

    def test_an_unknown_municipality_is_an_error(self, reading):
        self.area(reading, "LimitedType", municipalities("999"))
        assert [problem.detail for problem in reading.problems.errors] == ["municipality 999 does not exist"]

    def test_an_area_without_content_is_counted(self, reading):
        self.area(reading, "LimitedType", [{"type": "Region", "code": "01", "municipalities": []}])
        self.area(reading, "LimitedType", [{"type": "Galaxy", "municipalities": [{"code": "092"}]}])
        assert notice_counts(reading) == {
            ("area-without-municipalities", "Region 01"): 1,
            ("no-area", "limited to areas, but names none"): 1,
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
    def test_the_sector_follows_from_type_and_name(self, reading, kind, name, sector):
        record = read_organisation(reading, organizationType=kind, organizationNames=localised_texts(name, type="Name"))
        assert record.sector == sector

    def test_sectors_by_name_are_counted(self, reading):
        read_organisation(reading, organizationType="TT1")
        read_organisation(reading, organizationType="Guild")
        assert notice_counts(reading) == {
            ("sector-by-name", "TT1 is kept as municipality"): 1,
            ("unknown-organisation-type", "Guild is kept as ngo"): 1,
        }

    def test_contact_details(self, reading):
        record = read_organisation(
            reading,
            businessCode="0737546-2",
            organizationNames=localised_texts("Perheiden tuki ry", type="Name")
            + localised_texts("PTRY", type="AlternativeName"),
            organizationDescriptions=localised_texts("Auttaa.", type="Summary")
            + localised_texts("Auttaa perheitä.", type="Description"),
            emails=localised_texts("toimisto@example.org"),
            phoneNumbers=[{"language": "fi", "number": "40 000 0000", "prefixNumber": "+358"}],
            webPages=[
                {"language": "fi", "url": "https://example.org"},
                {"language": "sv", "url": "www.example.org/sv"},
            ],
            parentOrganizationId=identifier("Keskusliitto"),
        )
        assert (record.business_id, record.abbreviation) == ("0737546-2", "PTRY")
        assert record.description == {"fi": "Auttaa perheitä."}
        assert record.email == "toimisto@example.org"
        assert [phone.number for phone in record.phones] == ["+358 40 000 0000"]
        assert record.website == {"fi": "https://example.org", "sv": "https://www.example.org/sv"}
        assert record.parent == identifier("Keskusliitto")

    def test_a_business_id_with_a_wrong_check_digit_is_counted(self, reading):
        assert read_organisation(reading, businessCode="0737546-3").business_id == ""
        assert notice_counts(reading)["bad-business-id", "0737546-3"] == 1


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
    def test_numbers_are_complete(self, reading, changes, number):
        assert [phone.number for phone in self.phones(reading, self.phone(**changes))] == [number]

    def test_a_free_call_has_a_note(self, reading):
        (found,) = self.phones(reading, self.phone(serviceChargeType="FreeOfCharge"))
        assert found.charge_note == {"fi": "Puhelu on maksuton"}

    def test_faxes_are_counted(self, reading):
        assert self.phones(reading, self.phone(type="Fax")) == ()
        assert notice_counts(reading)["not-kept", "phone: fax number"] == 1

    def test_the_finnish_address_comes_first_and_bad_ones_are_counted(self, reading):
        mails = (
            localised_texts(None, "post@example.org")
            + localised_texts("ei osoite")
            + localised_texts("posti@example.org")
        )
        assert read_place(reading, supportEmails=mails).email == "posti@example.org"
        assert notice_counts(reading) == {
            ("bad-email", "ei osoite"): 1,
            ("not-kept", "further e-mail address"): 1,
        }

    @pytest.mark.parametrize(
        "address", ["javascript:alert(1)", "ftp://example.org", "http://", "https://a b.fi", "hei"]
    )
    def test_invalid_web_addresses_are_counted(self, reading, address):
        assert read_place(reading, webPages=[{"language": "fi", "url": address}]).website == {}
        assert notice_counts(reading)["bad-web-address", address] == 1
