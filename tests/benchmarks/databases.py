"""Two databases, a large and a small one, built alike; how long their indexing took is noted in them."""

import json
import time
from contextlib import closing

import psycopg
from django.core.management import call_command
from django.db import connection
from tqdm import tqdm

from palvelukartta.embedded import EmbeddedServer
from palvelukartta.taxonomy import load_taxonomy
from services.indexing.services import index_services

from .directory import DirectoryBuilder
from .material import SampleCollection, collect_samples
from .options import CORPUS_FOLDER, SEED, Options

LARGE, SMALL = "bench_large", "bench_small"


def use_database(database: str) -> None:
    """Let Django work on this database from now on."""
    connection.close()
    connection.settings_dict["NAME"] = database


def prepare_database(
    server: EmbeddedServer, database: str, services: int, options: Options, material: list[SampleCollection]
) -> dict:
    """Build the database, or take the one that was kept; returns what is noted about it.

    `material` holds the texts once somebody needed them.
    """
    wanted = {"services": services, "seed": SEED, "corpus": CORPUS_FOLDER.is_dir()}
    notes = _read_notes(server, database)
    kept = options.keep and notes is not None and wanted.items() <= notes.items()
    if not kept:
        _create(server, database)
    use_database(database)
    call_command("migrate", interactive=False, verbosity=0)
    if kept and not options.reindex:
        return notes
    if not kept:
        load_taxonomy()
        if not material:
            material.append(collect_samples())
        with tqdm(total=services, desc=f"{database}: writing", unit=" services") as bar:
            for done in DirectoryBuilder(material[0], SEED).build(services):
                bar.update(done)
        # What autovacuum does in a site that has run for a day.
        _run("VACUUM ANALYZE")
    with tqdm(total=services, desc=f"{database}: indexing", unit=" services") as bar:
        start = time.perf_counter()
        index_services(progress=bar.update)
        took = time.perf_counter() - start
    with tqdm(total=1, desc=f"{database}: vacuum") as bar:
        _run("VACUUM ANALYZE")
        bar.update()
    notes = {**wanted, "indexing": took}
    _run(f"COMMENT ON DATABASE {database} IS '{json.dumps(notes)}'")
    return notes


def _maintenance_connection(server: EmbeddedServer) -> psycopg.Connection:
    known = server.connection()
    return psycopg.connect(
        host=known["HOST"], port=known["PORT"], user=known["USER"], dbname="postgres", autocommit=True
    )


def _read_notes(server: EmbeddedServer, database: str) -> dict | None:
    """What a finished build noted; None where there is none."""
    with closing(_maintenance_connection(server)) as bare:
        row = bare.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [database]
        ).fetchone()
    return json.loads(row[0]) if row and row[0] else None


def _create(server: EmbeddedServer, database: str) -> None:
    with closing(_maintenance_connection(server)) as bare:
        bare.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        bare.execute(f"CREATE DATABASE {database}")


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
