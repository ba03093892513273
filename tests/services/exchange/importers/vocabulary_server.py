"""A server on this machine in the place of Finto."""

from contextlib import contextmanager

import httpx

from tests.services.outbound import website


class FakeFinto(httpx.BaseTransport):
    """Takes the place of the network: whatever is asked, the server on this machine gives the next of `answers`.

    They are like those of `Site.pages`. `asked` are the addresses that were wanted.
    """

    def __init__(self, server: website.FakeSite) -> None:
        self.server = server
        self.network = httpx.HTTPTransport()
        self.answers: list = []
        self.asked: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        self.server.pages[request.url.path] = self.answers.pop(0)
        here = request.url.copy_with(scheme="http", host="127.0.0.1", port=self.server.port)
        return self.network.handle_request(
            httpx.Request(
                request.method, here, headers=request.headers, stream=request.stream, extensions=request.extensions
            )
        )


@contextmanager
def serve_finto():
    with website.serve_site() as server:
        finto = FakeFinto(server)
        try:
            yield finto
        finally:
            finto.network.close()
