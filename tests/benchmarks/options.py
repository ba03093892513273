"""What a run is told by the environment."""

from dataclasses import dataclass
from pathlib import Path

from palvelukartta import env

# Not part of the repository: real texts and judged queries, used where the folder is there.
DATA_FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data"
CORPUS_FOLDER = DATA_FOLDER / "ptv" / "corpus"
QUERIES_FILE = DATA_FOLDER / "search" / "queries.tsv"
SERVER_FOLDER = "var/bench"
SEED = 20261122
# As many as there are in the corpus.
SMALL_SERVICE_COUNT = 3205


@dataclass(frozen=True)
class Options:
    """`keep`: leave the databases for the next run, and use those that are there; `reindex`: index kept ones anew."""

    services: int
    small: int
    keep: bool
    reindex: bool
    seconds: int

    @classmethod
    def read(cls) -> "Options":
        return cls(
            services=env.integer("SERVICES", default=100_000, minimum=100),
            small=env.integer("SMALL", default=SMALL_SERVICE_COUNT, minimum=100),
            keep=env.boolean("KEEP", default=False),
            reindex=env.boolean("REINDEX", default=False),
            seconds=env.integer("SECONDS", default=20, minimum=1),
        )
