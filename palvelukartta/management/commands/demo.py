import sys
from contextlib import AbstractContextManager, ExitStack
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from palvelukartta import database, env
from palvelukartta.demo import DEMO_LOGINS, progress, serving
from palvelukartta.embedded import EmbeddedServer


class Command(BaseCommand):
    help = "Serve the demonstration on this machine, http://127.0.0.1:8000; the variable PORT sets another port."
    # Skipped for a faster start; the tests run them.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reset", action="store_true", help="delete all data of the demo and exit")

    def handle(self, *, reset: bool, **options: Any) -> None:
        server = database.embedded_server()
        if reset:
            self._reset(server)
            return
        port = env.integer("PORT", default=8000, minimum=1, maximum=65535)
        try:
            self._serve(server, port)
        except serving.ServeError as error:
            raise CommandError(error) from None

    def _serve(self, server: EmbeddedServer | None, port: int) -> None:
        # Fail early.
        serving.check_port(port)
        with ExitStack() as stack:
            if server is not None:
                with self._step("Starting the database"):
                    stack.enter_context(server.used())
            with self._step("Preparing the tables"):
                call_command("migrate", interactive=False, verbosity=0)
            with self._step("Loading the demonstration"):
                call_command("load_demo", stdout=StringIO())
            # Some migrations empty the search index.
            call_command("reindex", if_empty=True)
            with self._step("Preparing the static files"):
                serving.collect_changed_static_files()
            serving.serve(port, when_ready=lambda: self._announce(port))

    def _step(self, title: str) -> AbstractContextManager[None]:
        return progress.step(title, output=sys.stdout)

    def _reset(self, server: EmbeddedServer | None) -> None:
        if server is None:
            raise CommandError("DATABASE_URL is set: only the demo's own embedded database can be reset.")
        server.reset()
        self.stdout.write("The data of the demo was deleted; `make demo` creates it again.")

    def _announce(self, port: int) -> None:
        width = max(len(email) for email, _password, _role in DEMO_LOGINS)
        lines = [f"  {email:{width}}  {password}  ({role})" for email, password, role in DEMO_LOGINS]
        self.stdout.write(f"\nPalvelukartta: http://{serving.HOST}:{port}\n\nDemo logins:")
        self.stdout.write("\n".join(lines))
        self.stdout.write("\nCtrl-C stops the site and its database; the data stays.")
        self.stdout.flush()
