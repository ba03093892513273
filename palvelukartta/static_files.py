"""Which files of installed packages are served."""

from typing import ClassVar

from django.contrib.staticfiles.apps import StaticFilesConfig


class StaticFiles(StaticFilesConfig):
    """The stock app, which leaves out what no page uses: hashing and compressing it takes longer than all the rest.

    Leaflet comes with its sources, with tools to draw and with other projections.
    """

    ignore_patterns: ClassVar = [
        *StaticFilesConfig.ignore_patterns,
        *("draw", "leaflet-src.*", "leaflet.forms.js", "leaflet.extras.*", "leaflet_django.css"),
        *("proj4*.js", "Control.MiniMap.*"),
    ]
