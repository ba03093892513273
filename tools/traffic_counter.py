"""Measure network traffic between a browser and a site."""

import socket
import threading


class TrafficCounter:
    """A TCP proxy that counts response bytes, including those requested by the service worker."""

    def __init__(self, site_port: int, port: int = 0):
        self.site_port, self.count = site_port, 0
        self.server = socket.create_server(("127.0.0.1", port))
        self.url = f"http://127.0.0.1:{self.server.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                browser, _from = self.server.accept()
            except OSError:
                return  # closed
            site = socket.create_connection(("127.0.0.1", self.site_port))
            threading.Thread(target=self._pass, args=(browser, site, False), daemon=True).start()
            threading.Thread(target=self._pass, args=(site, browser, True), daemon=True).start()

    def _pass(self, source, target, counts):
        try:
            while data := source.recv(65536):
                self.count += len(data) if counts else 0
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # either side closed the connection

    def kilobytes(self) -> float:
        """Kilobytes received since the last call."""
        count, self.count = self.count, 0
        return count / 1000

    def close(self) -> None:
        self.server.close()
