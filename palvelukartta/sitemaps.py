"""Sitemaps of all public pages: one section for each language, with alternates in the others."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as stock
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from organisations.models import Organisation
from organisations.models.organisation import OrganisationQuerySet
from services.models import Service, ServicePath
from services.models.service import ServiceQuerySet
from services.models.service_path import ServicePathQuerySet

CACHE_SECONDS = 60 * 60
NAME_FIELDS = ("name_fi", "name_sv", "name_en")


class _LanguageSitemap(Sitemap):
    """URLs in a language. Django's `i18n` option would build one list of all records in all languages."""

    limit = 5_000

    def __init__(self, language: str):
        self.language = language

    def address(self, item: Any, language: str) -> str:
        with override(language):
            return self.path(item)

    def path(self, item: Any) -> str:
        return item.get_absolute_url()

    def default_address(self, item: Any) -> str:
        """The x-default URL, the same as in the head of the page."""
        return self.address(item, settings.LANGUAGE_CODE)

    def location(self, item: Any) -> str:
        return self.address(item, self.language)

    def get_urls(self, page: Any = 1, site: Any = None, protocol: str | None = None) -> list[dict[str, Any]]:
        root = f"{self.get_protocol(protocol)}://{self.get_domain(site)}"
        urls = super().get_urls(page, site, protocol)
        for url in urls:
            alternates = {code: root + self.address(url["item"], code) for code, _name in settings.LANGUAGES}
            alternates["x-default"] = root + self.default_address(url["item"])
            url["alternates"] = [{"lang_code": code, "location": address} for code, address in alternates.items()]
        return urls


class _RecordSitemap(_LanguageSitemap):
    def items(self) -> QuerySet[Any]:
        raise NotImplementedError

    def lastmod(self, item: Organisation | Service | ServicePath) -> dt.datetime:
        return item.updated_at

    def get_latest_lastmod(self) -> dt.datetime | None:
        return self.items().aggregate(last=Max("updated_at"))["last"]


class ServiceSitemap(_RecordSitemap):
    def items(self) -> ServiceQuerySet:
        services = Service.objects.published().on_offer(timezone.localdate())
        return services.only(*NAME_FIELDS, "updated_at").order_by("pk")


class OrganisationSitemap(_RecordSitemap):
    def items(self) -> OrganisationQuerySet:
        return Organisation.objects.published().only(*NAME_FIELDS, "updated_at").order_by("pk")


class PathSitemap(_RecordSitemap):
    def items(self) -> ServicePathQuerySet:
        return ServicePath.objects.published().only(*NAME_FIELDS, "updated_at").order_by("pk")


class PageSitemap(_LanguageSitemap):
    def items(self) -> list[str]:
        return [
            "finding:home",
            "finding:results",
            "finding:map",
            "finding:crisis-help",
            "paths:paths",
            "profiles:organisations",
            "profiles:contacts",
            "about",
            "accessibility",
            "privacy",
            "terms",
        ]

    def path(self, item: str) -> str:
        return reverse(item)

    def default_address(self, item: str) -> str:
        return reverse("to-language") if item == "finding:home" else super().default_address(item)


SECTIONS: dict[str, type[Sitemap] | Sitemap] = {
    f"{name}-{code}": sitemap(code)
    for name, sitemap in {
        "pages": PageSitemap,
        "services": ServiceSitemap,
        "organisations": OrganisationSitemap,
        "paths": PathSitemap,
    }.items()
    for code, _name in settings.LANGUAGES
}


@require_safe
@cache_control(public=True, max_age=CACHE_SECONDS)
def index(request: HttpRequest) -> HttpResponse:
    """The index of all sections and their pages: /sitemap-services-fi.xml?p=2."""
    return stock.index(request, sitemaps=SECTIONS, sitemap_url_name="sitemap-section")


@require_safe
@cache_control(public=True, max_age=CACHE_SECONDS)
def section(request: HttpRequest, section: str) -> HttpResponse:
    """A page of a section."""
    return stock.sitemap(request, sitemaps=SECTIONS, section=section)
