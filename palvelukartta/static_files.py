"""Which files of installed packages are served, and the project's own without what is only for those who read them."""

import re
from pathlib import Path
from typing import ClassVar

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage

OWN_FOLDERS = ("css/", "js/")
_CSS_COMMENT, _JS_COMMENT = re.compile(r"/\*.*?\*/", re.S), re.compile(r"^\s*//.*$", re.M)
_INDENTATION = re.compile(r"\s*\n\s*")


class ProjectStaticFilesConfig(StaticFilesConfig):
    """The stock app, which leaves out what no page uses: hashing and compressing it takes longer than all the rest.

    Leaflet comes with its sources, with tools to draw and with other projections.
    """

    ignore_patterns: ClassVar = [
        *StaticFilesConfig.ignore_patterns,
        *("draw", "leaflet-src.*", "leaflet.forms.js", "leaflet.extras.*", "leaflet_django.css"),
        *("proj4*.js", "Control.MiniMap.*"),
    ]


def minify(text: str, suffix: str) -> str:
    """A style sheet or a script of the project without comments and indentation, which weigh 2 kB on a first visit.

    Of scripts only whole lines of comment go; no text of theirs goes over several lines.
    """
    return _INDENTATION.sub("\n", (_CSS_COMMENT if suffix == ".css" else _JS_COMMENT).sub("", text)).lstrip()


class MinifiedManifestStorage(CompressedManifestStaticFilesStorage):
    def post_process(self, paths, dry_run=False, **options):
        for name in paths if not dry_run else ():
            if name.startswith(OWN_FOLDERS):
                copy = Path(self.path(name))
                copy.write_text(minify(copy.read_text(), copy.suffix))
                paths[name] = (self, name)  # what is hashed and compressed is read from here
        yield from super().post_process(paths, dry_run, **options)
