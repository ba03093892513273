"""Small invented pages in the shape of the PTV open API v11, for tests to change one thing at a time."""

import json
from pathlib import Path
from uuid import NAMESPACE_DNS, uuid5


def identifier(name: str) -> str:
    """A stable id like those of the catalogue."""
    return str(uuid5(NAMESPACE_DNS, name))


def localised_texts(fi: str | None = None, sv: str | None = None, en: str | None = None, **extra) -> list[dict]:
    """A list of {language, value}; `type="Name"` and the like are added to each."""
    texts = {"fi": fi, "sv": sv, "en": en}
    return [{"language": language, "value": value, **extra} for language, value in texts.items() if value is not None]


def link(name: str) -> dict:
    return {"id": identifier(name), "name": name}


def municipalities(*codes: str) -> list[dict]:
    return [
        {
            "type": "Municipality",
            "code": None,
            "name": None,
            "municipalities": [{"code": code, "name": localised_texts("Kunta")} for code in codes],
        }
    ]


def organisation(name: str = "Kevätpuron kaupunki", **changes) -> dict:
    return {
        "id": identifier(name),
        "organizationType": "Municipality",
        "businessCode": None,
        "municipality": {"code": "092", "name": localised_texts("Vantaa", "Vanda")},
        "organizationNames": localised_texts(name, type="Name"),
        "organizationDescriptions": [],
        "areaType": "LimitedType",
        "emails": [],
        "phoneNumbers": [],
        "webPages": [],
        "publishingStatus": "Published",
        "services": [],
        **changes,
    }


def service(name: str = "Vertaisryhmä", by: str = "Kevätpuron kaupunki", **changes) -> dict:
    return {
        "id": identifier(name),
        "type": "Service",
        "serviceNames": localised_texts(name, type="Name"),
        "serviceDescriptions": [
            *localised_texts("Ryhmä vanhemmille.", type="Summary"),
            *localised_texts("Ryhmä kokoontuu kerran viikossa.", type="Description"),
        ],
        "serviceChargeType": None,
        "areaType": "LimitedType",
        "areas": municipalities("092"),
        "languages": ["fi"],
        "serviceClasses": [],
        "targetGroups": [],
        "lifeEvents": [],
        "ontologyTerms": [],
        "keywords": [],
        "requirements": [],
        "serviceChannels": [],
        "organizations": [{"roleType": "Responsible", "organization": link(by)}],
        "publishingStatus": "Published",
        "modified": "2025-03-04T05:06:07.123456",
        **changes,
    }


def channel(name: str, kind: str, *services: str, by: str = "Kevätpuron kaupunki", **changes) -> dict:
    return {
        "id": identifier(name),
        "serviceChannelType": kind,
        "organizationId": identifier(by),
        "serviceChannelNames": localised_texts(name, type="Name"),
        "serviceChannelDescriptions": [],
        "phoneNumbers": [],
        "supportEmails": [],
        "webPages": [],
        "serviceHours": [],
        "services": [{"service": link(name)} for name in services],
        "publishingStatus": "Published",
        **changes,
    }


def street_address(**changes) -> dict:
    """Tikkurila station, about."""
    return {
        "type": "Location",
        "subType": "Street",
        "country": "FI",
        "streetAddress": {
            "street": localised_texts("Ratatie", "Banvägen"),
            "streetNumber": "11",
            "postalCode": "01300",
            "postOffice": localised_texts("VANTAA", "VANDA"),
            "municipality": {"code": "092", "name": localised_texts("Vantaa")},
            "latitude": "6686150.0",
            "longitude": "392950.0",
            "coordinateState": "Ok",
            "additionalInformation": [],
            **changes,
        },
    }


def place(name: str = "Perhetalo", *services: str, by: str = "Kevätpuron kaupunki", **changes) -> dict:
    return channel(name, "ServiceLocation", *services, by=by, **{"addresses": [street_address()], **changes})


def page(items: list[dict], number: int = 1, count: int = 1) -> dict:
    return {"pageNumber": number, "pageSize": 100, "pageCount": count, "itemList": items}


def write_pages(folder: Path, *, organisations=(), services=(), channels=()) -> Path:
    """A folder of pages, one of each kind, made anew."""
    folder.mkdir(parents=True, exist_ok=True)
    kinds = {"organizations": organisations, "services": services, "servicechannels": channels}
    for kind, items in kinds.items():
        write_json(folder / f"{kind}-1.json", page(list(items)))
    return folder


def write_json(path: Path, body) -> None:
    path.write_text(json.dumps(body, ensure_ascii=False), "utf-8")


def notice_counts(reading) -> dict[tuple[str, str], int]:
    """How often each (code, value) was noticed."""
    return {(notice.code, notice.value): notice.count for notice in reading.problems.notices}
