"""A page of all components in all states for developers; served in debug mode only."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from organisations.models import Organisation
from organisations.models.organisation import Sector
from services.models import Service


def styleguide(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "palvelukartta/styleguide.html",
        {
            "sectors": Sector.choices,
            "chips": [SimpleNamespace(label="Vantaa", remove="#chips"), SimpleNamespace(label="5 v", remove="#chips")],
            "notices": ["", "good", "error", "demo", "stored"],
            "tabs": [("List", "#tabs", True), ("Map", "#tabs", False)],
            "services": [_complete_service(), _unconfirmed_service(), _minimal_service()],
            "pages": SimpleNamespace(
                count=9, number=3, previous="#pager", next="#pager", links=[(1, "#1"), (0, ""), (3, "#3"), (9, "#9")]
            ),
        },
    )


def _sample_service(name: str, sector: str, areas: list[str] | None = None, **values: Any) -> Service:
    """An unsaved service with the attributes that a card needs."""
    organisation = Organisation(pk=1, name_fi=f"Tarjoaja, {sector}", sector=sector, is_demo=True)
    service = Service(pk=1, name_fi=name, organisation=organisation, **values)
    # Annotations of the query for cards.
    vars(service).update(own_areas=areas or [], organisation_areas=[])
    return service


def _complete_service() -> Service:
    return _sample_service(
        "Perhekerho ja vertaisryhmä pikkulapsiperheille",
        Sector.NGO,
        areas=["Vantaa", "Kerava"],
        summary_fi="Kahvia, leikkiä ja toisia vanhempia kerran viikossa, ohjaaja paikalla.",
        access_routes=["open-door", "self"],
        languages=["fi", "sv", "en", "ar", "so"],
        age_min=0,
        age_max=6,
        cost="free",
        low_threshold=True,
        anonymous=True,
        valid_from=timezone.localdate() + timedelta(days=10),
        assured_at=timezone.now(),
    )


def _unconfirmed_service() -> Service:
    return _sample_service(
        "Perheneuvola",
        Sector.COUNTY,
        access_routes=["referral"],
        channels=["phone"],
        languages=["fi"],
        age_max=17,
        cost="varies",
        assured_at=timezone.now() - timedelta(days=500),
    )


def _minimal_service() -> Service:
    return _sample_service("Keskusteluapu", Sector.PARISH)
