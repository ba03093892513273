"""The picture of a path: its steps and who helps in them, drawn as SVG by `_picture.html`."""

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from organisations.models.organisation import Sector
from services.models import PathStep, Service

# In units of the picture; its texts have 16 and 14 units.
WIDTH, MARGIN, TITLE_LINE, SECTOR_LINE, GAP, RADIUS = 320, 20, 20, 20, 30, 15
CHARACTERS_PER_LINE = 29
# The shape of each sector on the rest of the site, in a square of 10 units.
SHAPES = {
    Sector.COUNTY: "M5 0a5 5 0 1 0 0.01 0z",
    Sector.MUNICIPALITY: "M0.5 0.5h9v9h-9z",
    Sector.NGO: "M5 0l5 10h-10z",
    Sector.PARISH: "M3.5 0h3v2.8h3.5v2.8h-3.5v4.4h-3v-4.4h-3.5v-2.8h3.5z",
    Sector.STATE: "M2.5 0.5h5l2.5 4.5l-2.5 4.5h-5l-2.5-4.5z",
    Sector.COMPANY: "M5 0l5 5l-5 5l-5-5z",
}


@dataclass(frozen=True)
class TitleLine:
    """A line of a title and its baseline."""

    text: str
    y: int


@dataclass(frozen=True)
class SectorLine:
    """A sector, its shape, the baseline of its name, and the top of its shape."""

    value: str
    label: str
    shape: str
    y: int
    top: int


@dataclass(frozen=True)
class PictureStep:
    """A step from `top` on; `y` is the middle of its circle. The line to the next step ends at `line_end`."""

    step: PathStep
    top: int
    height: int
    y: int
    title: list[TitleLine]
    sectors: list[SectorLine]
    line_start: int
    line_end: int | None


@dataclass(frozen=True)
class Picture:
    steps: list[PictureStep]
    height: int
    width: int = WIDTH


def draw_path(steps: Iterable[tuple[PathStep, list[Service]]]) -> Picture:
    """Lay out steps, each with its services, below each other."""
    steps = list(steps)
    drawn = []
    y = MARGIN
    for number, (step, services) in enumerate(steps, 1):
        title = [
            TitleLine(text, y + 5 + TITLE_LINE * line)
            for line, text in enumerate(textwrap.wrap(step.title, CHARACTERS_PER_LINE) or [""])
        ]
        sectors = [
            SectorLine(sector.value, str(sector.label), SHAPES[sector], baseline, baseline - 10)
            for line, sector in enumerate(_sectors(services), 1)
            if (baseline := title[-1].y + SECTOR_LINE * line)
        ]
        bottom = max((sectors or title)[-1].y, y + RADIUS)
        next_y = bottom + GAP
        line_end = next_y - RADIUS - 5 if number < len(steps) else None
        drawn.append(PictureStep(step, y - RADIUS, bottom - y + RADIUS + 4, y, title, sectors, y + RADIUS, line_end))
        y = next_y
    return Picture(drawn, height=y - GAP + MARGIN // 2)


def _sectors(services: Iterable[Service]) -> list[Sector]:
    values = {service.organisation.sector for service in services}
    return [sector for sector in Sector if sector.value in values]
