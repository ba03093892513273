"""Builds the directories, measures, and prints the figures; see `options` for what it can be told."""

import contextlib
import os
import signal
import sys

from tqdm import tqdm

from palvelukartta import dev_secret_key, env, translations
from palvelukartta.embedded import EmbeddedServer, EmbeddedServerError

from .options import SERVER_FOLDER, Options

CONCURRENCY_LEVELS = (1, 8)
REPETITIONS = 5


def run(options: Options) -> None:
    """Everything, with the server's start and end. Raises KeyboardInterrupt when interrupted, with all stopped."""
    server = EmbeddedServer(SERVER_FOLDER)
    dev_secret_key.ensure_secret_key(server)
    translations.compile_changed_catalogs()
    if not options.keep:
        server.reset()
    try:
        with server.used():
            _set_up_django(server)
            print(_measure(server, options))
    finally:
        if not options.keep:
            server.reset()


def _set_up_django(server: EmbeddedServer) -> None:
    from .site import embedded_database_url

    os.environ["DATABASE_URL"] = embedded_database_url(server, "postgres")
    os.environ["DJANGO_SETTINGS_MODULE"] = "palvelukartta.settings"
    os.environ.pop("PALVELUKARTTA_DEBUG", None)
    import django

    django.setup()


def _measure(server: EmbeddedServer, options: Options) -> str:
    from palvelukartta.demo.serving import collect_changed_static_files

    from . import databases, editing, lists, load, report, statements
    from .requests import SUGGESTIONS, all_requests, has_judged_queries
    from .site import embedded_database_url, serve_site

    material: list = []
    collect_changed_static_files()
    databases.prepare_database(server, databases.SMALL, options.small, options, material)
    lists.make_list()
    notes = databases.prepare_database(server, databases.LARGE, options.services, options, material)
    lists.make_list()
    kinds = all_requests()
    _print_missing_inputs(notes, has_judged_queries(), SUGGESTIONS in kinds)
    figures = report.Figures(sizes=(options.services, options.small), indexing=notes["indexing"])
    with contextlib.ExitStack() as stack:
        names = (databases.LARGE, databases.SMALL)
        sites = [stack.enter_context(serve_site(name, embedded_database_url(server, name))) for name in names]
        for kind, addresses in kinds.items():
            for at_once in CONCURRENCY_LEVELS:
                with tqdm(desc=f"{kind}, {at_once} at once", unit=" rounds") as bar:
                    load.run_rounds(sites, addresses, at_once=at_once, seconds=0, progress=lambda _n: None, least=1)
                    figures.timings[kind, at_once] = tuple(
                        load.run_rounds(sites, addresses, at_once=at_once, seconds=options.seconds, progress=bar.update)
                    )
        figures.memory = sites[0].memory()
        for site in sites:
            _measure_sql_share(site, kinds, figures)
    databases.use_database(databases.LARGE)
    figures.edits = editing.measure_edits()
    figures.tables = statements.table_sizes()
    return report.render_report(figures)


def _measure_sql_share(site, kinds: dict[str, list[str]], figures) -> None:
    """Pages with their bare SQL, and for the large directory the slowest statement."""
    from . import databases, load, statements

    databases.use_database(site.name)
    asker, pages = load.HttpClient(site.port), {}
    with statements.connect() as bare:
        for kind, addresses in kinds.items():
            found = {address: statements.page_statements(address) for address in addresses}
            pages |= found
            with tqdm(found.items(), desc=f"{site.name}: bare SQL of {kind}", unit=" pages") as bar:
                shares = [
                    statements.measure_share(bare, asker, address, sqls, times=REPETITIONS) for address, sqls in bar
                ]
            figures.shares[kind] = (*figures.shares.get(kind, ()), shares)
            figures.statements[kind] = (*figures.statements.get(kind, ()), {len(sqls) for sqls in found.values()})
        if site.name == databases.LARGE:
            figures.slowest = statements.slowest_statement(bare, pages)
            figures.plan = statements.explain(bare, figures.slowest[2])


def _print_missing_inputs(notes: dict, judged: bool, suggestions: bool) -> None:
    if not notes["corpus"]:
        print("No corpus of real services: the directory is made of the demonstration's texts alone.")
    if not judged:
        print("No judged queries: searched for words of the taxonomy instead.")
    if not suggestions:
        print("No suggestions: the site has no such page.")


def exit_on_signal(number, _frame):
    """Leave in an orderly way, so that sites and database are stopped too."""
    sys.exit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, exit_on_signal)
    signal.signal(signal.SIGHUP, exit_on_signal)
    try:
        run(Options.read())
    except (env.EnvironmentVariableError, EmbeddedServerError, translations.CatalogError) as problem:
        sys.exit(f"Error: {problem}")
    except KeyboardInterrupt:
        sys.exit(130)
