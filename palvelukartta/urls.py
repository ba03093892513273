"""Root URL configuration. Path words are translated; packages include their own."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from services.referrals.views import service_link

from . import sitemaps, views, web_app

urlpatterns = [
    path("", views.to_language, name="to-language"),
    path("robots.txt", views.robots, name="robots"),
    path("sw.js", web_app.service_worker, name="service-worker"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<section>.xml", sitemaps.section, name="sitemap-section"),
    # Without a language prefix: identity providers register a single callback URL.
    path("account/", include("organisations.people.oidc")),
    # Short, and without a language: printed, and sent in text messages.
    path("o/", include("services.referrals.family_urls")),
    path("p/<int:pk>/", service_link, name="service-link"),
]

urlpatterns += i18n_patterns(
    path("", include("services.finding.urls")),
    path("", include("services.finding.saved_searches.urls")),
    path("", include("organisations.profiles.urls")),
    path("", include("services.referrals.urls")),
    path("", include("services.referrals.paths.urls")),
    path("", include("services.stewardship.reports.urls")),
    path("", include("organisations.people.urls")),
    path("", include("services.stewardship.editing.urls")),
    path(_("account/"), include("allauth.account.urls")),
    path(_("account/two-step/"), include("allauth.mfa.urls")),
    path(_("account/logins/"), include("allauth.usersessions.urls")),
    path(_("account/organisation-logins/"), include("allauth.socialaccount.urls")),
    path("", include("services.stewardship.dashboard.urls")),
    path("", include("services.stewardship.confirming.urls")),
    path("", include("services.stewardship.history.urls")),
    path("", include("services.stewardship.usage.urls")),
    path("", include("services.curation.taxonomy.urls")),
    path(_("about/"), views.about, name="about"),
    path(_("accessibility/"), views.accessibility, name="accessibility"),
    path(_("privacy/"), views.privacy, name="privacy"),
    path(_("open-data/"), views.terms, name="terms"),
    path("manifest.webmanifest", web_app.manifest, name="manifest"),
    path(_("offline/"), web_app.offline, name="offline"),
    path("admin/", admin.site.urls),
)

if settings.DEBUG:
    from .styleguide import styleguide

    urlpatterns.append(path("styleguide/", styleguide, name="styleguide"))

handler404 = "palvelukartta.views.not_found"

admin.site.site_header = admin.site.site_title = settings.ADMIN_SITE_TITLE
admin.site.index_title = _("What would you like to do?")
