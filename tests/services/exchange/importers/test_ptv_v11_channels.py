"""What version 11 of the PTV open API says of service channels: places, their hours, and the rest."""

from datetime import date, time

import pytest

from services.exchange.importers.base.records import ExceptionalHours, WeeklyHours
from services.exchange.importers.ptv import v11

from .ptv_pages import channel, identifier, localised_texts, notice_counts, place, street_address


def read_place(reading, **changes):
    (found,) = v11.read_channel(place(**changes), reading)
    return found


class TestPlaces:
    def test_a_place_has_an_address_and_degrees(self, reading):
        location = read_place(reading)
        assert location.street == {"fi": "Ratatie 11", "sv": "Banvägen 11"}
        assert (location.postal_code, location.city) == ("01300", {"fi": "Vantaa", "sv": "Vanda"})
        assert location.municipality == "092"
        assert 60.28 < location.latitude < 60.31
        assert 25.0 < location.longitude < 25.1

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
    def test_invalid_parts_of_an_address_are_counted(self, reading, changes, notice):
        location = read_place(reading, addresses=[street_address(**changes)])
        assert notice_counts(reading) == {notice: 1}
        assert location.latitude is None or notice[0] == "bad-postal-code"

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
                "additionalInformation": localised_texts("Rannan leikkipaikka"),
                "postalCode": "01300",
                "latitude": "6686000",
                "longitude": "393000",
            },
        }
        locations = v11.read_channel(place(addresses=[street_address(), postal, other]), reading)
        assert [(record.identifier, record.street["fi"]) for record in locations] == [
            (identifier("Perhetalo"), "Ratatie 11"),
            (identifier("Perhetalo") + "/2", "Rannan leikkipaikka"),
        ]
        assert notice_counts(reading) == {("not-kept", "address: postal address"): 1}

    def test_a_place_abroad_or_without_address_is_left_out_and_counted(self, reading):
        abroad = {"type": "Location", "subType": "Abroad", "locationAbroad": localised_texts("Tallinna")}
        assert v11.read_channel(place(addresses=[abroad]), reading) == []
        assert reading.problems.count("no-visiting-address") == 1
        assert notice_counts(reading)["not-kept", "address: Abroad"] == 1

    def test_accessibility_sentences_become_paragraphs(self, reading):
        entrance = {
            "name": [],
            "accessibilitySentences": [
                {
                    "sentenceGroup": localised_texts("Ovi"),
                    "sentences": [{"sentence": localised_texts("Leveä.")}, {"sentence": localised_texts("Kevyt.")}],
                },
                {
                    "sentenceGroup": localised_texts("Tilat"),
                    "sentences": [{"sentence": localised_texts("Ei kynnyksiä.")}],
                },
            ],
        }
        location = read_place(reading, addresses=[{**street_address(), "entrances": [entrance]}])
        assert location.accessibility_note == {"fi": "Ovi: Leveä. Kevyt.\n\nTilat: Ei kynnyksiä."}

    def test_the_displayed_name_is_read(self, reading):
        names = localised_texts("Perhetalo Oy Ab Virallinen", type="Name") + localised_texts(
            "Perhetalo", type="AlternativeName"
        )
        location = read_place(
            reading,
            serviceChannelNames=names,
            displayNameType=[{"language": "fi", "type": "AlternativeName"}],
        )
        assert location.name == {"fi": "Perhetalo"}


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
        opening = self.hours(
            reading,
            self.week(("Monday", "Wednesday", "08:00:00", "16:00:00"), ("Friday", "", "9:00", "12:30")),
        )
        assert opening.weekly == (
            WeeklyHours(1, time(8), time(16)),
            WeeklyHours(2, time(8), time(16)),
            WeeklyHours(3, time(8), time(16)),
            WeeklyHours(5, time(9), time(12, 30)),
        )

    def test_over_midnight_is_one_row_and_over_days_is_several(self, reading):
        night = self.hours(reading, self.week(("Friday", "Saturday", "20:00:00", "02:00:00"), kind="OverMidnight"))
        assert night.weekly == (WeeklyHours(5, time(20), time(2)),)
        weekend = self.hours(reading, self.week(("Friday", "Sunday", "18:00:00", "12:00:00"), kind="OverMidnight"))
        assert weekend.weekly == (
            WeeklyHours(5, time(18), time(23, 59)),
            WeeklyHours(6, time(0), time(23, 59)),
            WeeklyHours(7, time(0), time(12)),
        )

    def test_always_open_is_every_day(self, reading):
        opening = self.hours(reading, self.week(isAlwaysOpen=True))
        assert [row.weekday for row in opening.weekly] == [1, 2, 3, 4, 5, 6, 7]
        assert {(row.opens, row.closes) for row in opening.weekly} == {(time(0), time(23, 59))}

    def test_the_dates_of_a_season_are_those_in_finland(self, reading):
        opening = self.hours(
            reading,
            self.week(
                ("Monday", "", "10:00", "14:00"),
                validFrom="2026-05-31T21:00:00Z",
                validTo="2026-08-31T00:00:00",
            ),
        )
        assert (opening.weekly[0].valid_from, opening.weekly[0].valid_until) == (
            date(2026, 6, 1),
            date(2026, 8, 31),
        )

    def test_by_appointment_and_notes(self, reading):
        opening = self.hours(
            reading, self.week(isReservation=True, additionalInformation=localised_texts("Varaa aika puhelimitse."))
        )
        assert (opening.by_appointment, opening.weekly) == (True, ())
        assert opening.note == {"fi": "Varaa aika puhelimitse."}

    def test_a_closed_day_and_a_short_day(self, reading):
        opening = self.hours(
            reading,
            {
                "serviceHourType": "Exceptional",
                "validFrom": "2026-12-06T00:00:00",
                "isClosed": True,
                "additionalInformation": localised_texts("Itsenäisyyspäivä"),
            },
            self.week(("", "", "9:00", "13:00"), kind="Exceptional", validFrom="2026-12-23", validTo="2026-12-24"),
        )
        assert opening.exceptions == (
            ExceptionalHours(date(2026, 12, 6), date(2026, 12, 6), note={"fi": "Itsenäisyyspäivä"}),
            ExceptionalHours(date(2026, 12, 23), date(2026, 12, 24), time(9), time(13)),
        )

    def test_a_short_exception_has_a_row_for_each_weekday(self, reading):
        opening = self.hours(
            reading,
            self.week(
                ("Monday", "Tuesday", "9:00", "12:00"),
                kind="Exceptional",
                validFrom="2026-06-22",
                validTo="2026-06-30",
            ),
        )
        assert [row.starts_on.day for row in opening.exceptions] == [22, 23, 29, 30]

    def test_a_closed_season_is_an_exception(self, reading):
        opening = self.hours(reading, self.week(isClosed=True, validFrom="2026-07-01", validTo="2026-07-31"))
        assert opening.exceptions == (ExceptionalHours(date(2026, 7, 1), date(2026, 7, 31)),)

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
    def test_invalid_hours_are_counted(self, reading, item, notice):
        assert self.hours(reading, item).weekly == ()
        assert notice_counts(reading) == {notice: 1}


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
    def test_the_channel_follows_from_type_and_name(self, reading, kind, name, code):
        assert v11.read_channel(channel(name, kind), reading).channel == code

    def test_a_form_has_its_file_as_address(self, reading):
        form = channel(
            "Lomake", "PrintableForm", channelUrls=localised_texts("https://example.org/lomake.pdf", type="PDF")
        )
        assert v11.read_channel(form, reading).website == {"fi": "https://example.org/lomake.pdf"}

    def test_an_unknown_type_is_counted(self, reading):
        assert v11.read_channel(channel("Kyyhkynen", "Pigeon"), reading) is None
        assert notice_counts(reading) == {("unknown-channel-type", "Pigeon"): 1}
