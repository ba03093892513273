from django.apps import AppConfig
from django.contrib.admin import apps as admin

from . import log_filters


class PalvelukarttaConfig(AppConfig):
    name = "palvelukartta"

    def ready(self) -> None:
        log_filters.filter_server_log()


class CoordinatorAdminConfig(admin.AdminConfig):
    """Django's admin with the login of this site."""

    default = False
    default_site = "organisations.people.admin_site.CoordinatorAdminSite"
