from django.apps import AppConfig


class PalvelukarttaConfig(AppConfig):
    name = "palvelukartta"
