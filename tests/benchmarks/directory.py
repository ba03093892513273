"""An invented directory of any size, the same at every run: texts of real services of a topic, recombined."""

import datetime as dt
import itertools
import random
import uuid
from collections.abc import Iterator

from django.utils import timezone, translation

from organisations.models import Municipality, Organisation, WellbeingCounty
from services.models import Service, ServiceLocation
from services.models.choices import PlaceFact

from .material import SampleCollection, ServiceSample

BATCH_SIZE = 2000
SERVICES_PER_ORGANISATION = 10  # services for each organisation, on average
# Of the services, and of the organisations; every county and every municipality has one organisation.
SECTOR_SHARES = {"municipality": 0.34, "county": 0.22, "ngo": 0.34, "parish": 0.08, "state": 0.01, "company": 0.01}
ORGANISATION_SECTOR_SHARES = {"ngo": 0.84, "parish": 0.1, "company": 0.05, "state": 0.01}
NAME_PATTERNS = {
    "ngo": ("{place} {word} ry", "{word}-yhdistys ry", "{place} {word}-tuki ry", "{word} rf", "{word}-liitto ry"),
    "parish": ("{place} {word}n seurakunta", "{word} församling", "{place} {word}-seurakunta"),
    "company": ("{word} Oy", "{place} {word}-palvelut Oy"),
    "state": ("{place} {word}-virasto",),
}
SYLLABLES = "ka la ku mo ni ra sa te vi ho pe lu ha kiv lam jär suo niit poh tuu mer koi van rin sil".split()


class DirectoryBuilder:
    """Makes organisations and services of the database in use, from a material and a seed."""

    def __init__(self, material: SampleCollection, seed: int):
        self.material, self.random = material, random.Random(seed)
        self.topics = sorted(material.samples, key=str)
        self.sizes = [len(material.samples[topic]) for topic in self.topics]
        self.municipalities = list(Municipality.objects.order_by("code"))
        self.counties = list(WellbeingCounty.objects.order_by("code"))
        self.by_sector: dict[str, list[Organisation]] = {sector: [] for sector in SECTOR_SHARES}
        self.home_municipalities: dict[int, Municipality] = {}
        self.places: dict[int, int] = {}

    def build(self, services: int) -> Iterator[int]:
        """Write everything but the search rows; yields the number of services of each batch."""
        # The untranslated columns behind the translated ones take the text of the active language.
        with translation.override("fi"):
            self._organisations(max(len(SECTOR_SHARES), services // SERVICES_PER_ORGANISATION))
            for start in range(0, services, BATCH_SIZE):
                yield self._services(min(BATCH_SIZE, services - start))

    # Organisations

    def _organisations(self, count: int) -> None:
        """In a small directory fewer counties and municipalities than there are have services of their own."""
        own = self.random.sample(self.municipalities, min(len(self.municipalities), max(1, count // 4)))
        counties = self.counties if count > 100 else self.counties[:3]
        made = [self._organisation("county", {"fi": c.name_fi, "sv": c.name_sv}, None, [c], []) for c in counties]
        made += [
            self._organisation("municipality", {"fi": f"{m.name_fi}, kunta", "sv": m.name_sv}, m, [], [m]) for m in own
        ]
        others = max(len(ORGANISATION_SECTOR_SHARES), count - len(made))
        drawn = self.random.choices(
            list(ORGANISATION_SECTOR_SHARES), list(ORGANISATION_SECTOR_SHARES.values()), k=others
        )
        made += [self._other(sector) for sector in [*ORGANISATION_SECTOR_SHARES, *drawn][:others]]
        Organisation.objects.bulk_create([record for record, *_area in made], batch_size=BATCH_SIZE)
        self._link(Organisation.counties.through, "wellbeingcounty", [(o, c) for o, cs, _ms in made for c in cs])
        self._link(Organisation.municipalities.through, "municipality", [(o, m) for o, _cs, ms in made for m in ms])
        places = [self._location(record) for record, *_area in made]
        ServiceLocation.objects.bulk_create(places, batch_size=BATCH_SIZE)
        self.places = {place.organisation_id: place.pk for place in places}
        for record, *_area in made:
            self.by_sector[record.sector].append(record)

    def _other(self, sector: str):
        home = self.random.choice(self.municipalities)
        name = self.random.choice(NAME_PATTERNS[sector]).format(place=home.name_fi, word=self._word())
        draw = self.random.random()
        if draw < 0.1:
            return self._organisation(sector, {"fi": name}, home, [], [], nationwide=True)
        if draw < 0.25:
            return self._organisation(sector, {"fi": name}, home, [home.county], [])
        near = [m for m in self.municipalities if m.county_id == home.county_id]
        served = self.random.sample(near, min(len(near), self.random.choice([1, 1, 1, 2, 3])))
        return self._organisation(sector, {"fi": name}, home, [], served)

    def _organisation(self, sector, names, home, counties, municipalities, nationwide=False):
        record = Organisation(
            public_id=self._uuid(),
            sector=sector,
            status="published",
            nationwide=nationwide,
            assured_at=self._moment(),
            **{f"name_{language}": text for language, text in names.items()},
        )
        if home is None:
            home = self.random.choice([m for m in self.municipalities if m.county_id == counties[0].pk])
        self.home_municipalities[id(record)] = home
        return record, counties, municipalities

    def _location(self, owner: Organisation) -> ServiceLocation:
        home = self.home_municipalities[id(owner)]
        return ServiceLocation(
            public_id=self._uuid(),
            organisation=owner,
            municipality=home,
            name_fi=f"{self._word()}talo",
            street_fi=f"{self._word()}katu {self.random.randint(1, 90)}",
            city_fi=home.name_fi,
            latitude=home.latitude,
            longitude=home.longitude,
            accessibility=self.random.sample(PlaceFact.values, self.random.randint(0, 3)),
        )

    # Services

    def _services(self, count: int) -> int:
        owners = [
            self.random.choice(self.by_sector[sector])
            for sector in self.random.choices(list(SECTOR_SHARES), list(SECTOR_SHARES.values()), k=count)
        ]
        pieces = [self._piece() for _owner in owners]
        records = [self._service(piece, owner) for piece, owner in zip(pieces, owners, strict=True)]
        Service.objects.bulk_create(records, batch_size=500)
        tags = [(r, pk) for r, piece in zip(records, pieces, strict=True) for pk in self._tags(piece)]
        self._link(Service.categories.through, "category", tags)
        self._link(
            Service.locations.through,
            "servicelocation",
            [(r, self.places[r.organisation_id]) for r in records if self.random.random() < 0.5],
        )
        # Most work where their organisation works.
        self._link(
            Service.municipalities.through,
            "municipality",
            [
                (r, self.home_municipalities[id(o)])
                for r, o in zip(records, owners, strict=True)
                if self.random.random() < 0.15
            ],
        )
        return count

    def _piece(self, topic=...) -> ServiceSample:
        if topic is ...:
            topic = self.random.choices(self.topics, self.sizes)[0]
        return self.random.choice(self.material.samples[topic])

    def _service(self, piece: ServiceSample, owner: Organisation) -> Service:
        """Each text from another service of the topic, in the languages that the first one has."""
        texts = {f"name_{language}": text for language, text in self._names(piece, owner).items()}
        for name in ("summary", "eligibility", "client_access", "requirements", "search_words"):
            found = self._piece(piece.topic).texts[name]
            texts |= {f"{name}_{language}": found[language] for language in piece.texts["name"] if language in found}
        for language in piece.texts["name"]:
            texts[f"description_{language}"] = self._description(piece.topic, language)
        return Service(
            public_id=self._uuid(),
            organisation=owner,
            status="published",
            assured_at=self._moment() if self.random.random() < 0.9 else None,
            **self._facts(piece),
            **texts,
        )

    def _facts(self, piece: ServiceSample) -> dict:
        """Half of the services of which little is told get what is told of another one."""
        if piece.is_rich or self.random.random() < 0.5:
            return piece.facts
        return self.random.choice(self.material.rich_samples).facts | {"languages": piece.facts["languages"]}

    def _names(self, piece: ServiceSample, owner: Organisation) -> dict[str, str]:
        """Services of many places are called alike, many name their place, some are called after two things."""
        names, draw = dict(piece.texts["name"]), self.random.random()
        home = self.home_municipalities[id(owner)]
        if draw < 0.35:
            names = {language: f"{text}, {getattr(home, f'name_{language}')}" for language, text in names.items()}
        elif draw < 0.45:
            names = {language: f"{text} – {owner.name_fi}" for language, text in names.items()}
        elif draw < 0.6:
            other = self._piece(piece.topic).texts["name"]
            names = {language: f"{text} / {other.get(language, '')}".rstrip(" /") for language, text in names.items()}
        return {language: text[:200] for language, text in names.items()}

    def _description(self, topic, language: str) -> str:
        known = self.material.sentences[topic, language]
        chosen = self.random.choices(known, k=self.random.randint(2, 7)) if known else []
        if self.random.random() < 0.2:
            # A directory that grows gets new names all the time, each of them rare.
            chosen.append(f"{self._word()} {self._word()}katu {self.random.randint(1, 90)}.")
        return " ".join(chosen)

    def _tags(self, piece: ServiceSample) -> list[int]:
        more = self._piece(piece.topic).categories[:2] if self.random.random() < 0.2 else []
        return list(dict.fromkeys([*piece.categories, *more]))

    # Small things

    def _link(self, through, name: str, pairs: list) -> None:
        """Rows of a many-to-many table, from (record, other record or its key)."""
        owner = next(f for f in through._meta.fields if f.is_relation and f.name != name)
        rows = (through(**{owner.attname: one.pk, f"{name}_id": getattr(other, "pk", other)}) for one, other in pairs)
        while batch := list(itertools.islice(rows, BATCH_SIZE)):
            through.objects.bulk_create(batch)

    def _word(self) -> str:
        return "".join(self.random.choices(SYLLABLES, k=self.random.randint(2, 4))).capitalize()

    def _uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.random.getrandbits(128), version=4)

    def _moment(self) -> dt.datetime:
        return timezone.now() - dt.timedelta(seconds=self.random.randint(0, 3 * 365 * 86400))
