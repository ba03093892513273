"""A local server in place of Finto."""

from contextlib import contextmanager

import httpx

from tests.services.outbound import website


class FakeFinto(httpx.BaseTransport):
    """A transport whose local server sends the next of `responses` for any address.

    Responses have the form of those in `FakeSite.pages`. `requests` are the requested addresses.
    """

    def __init__(self, server: website.FakeSite) -> None:
        self.server = server
        self.network = httpx.HTTPTransport()
        self.responses: list = []
        self.requests: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(str(request.url))
        self.server.pages[request.url.path] = self.responses.pop(0)
        local_url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self.server.port)
        return self.network.handle_request(
            httpx.Request(
                request.method, local_url, headers=request.headers, stream=request.stream, extensions=request.extensions
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
