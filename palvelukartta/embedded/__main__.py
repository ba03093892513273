"""The keeper process, which runs a server while any process uses it; started by `EmbeddedServer`."""

import sys

from palvelukartta.embedded.server import EmbeddedServer

if __name__ == "__main__":
    sys.exit(EmbeddedServer(sys.argv[1], durable="durable" in sys.argv[2:]).run_keeper())
