"""Check the websites of records at a polite rate, and store the results."""

import datetime as dt
import heapq
import ssl
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
from django.utils import timezone

from services import outbound
from services.models import LinkCheck
from services.models.link_check import LinkProblem, LinkResult, published_websites

from .locks import exclusive_lock

_LOCK_ID = 0x6C696E6B73
_MAX_REDIRECTS = 5
# GET requests, sent where HEAD fails, ask only for the first bytes.
_PARTIAL_GET_HEADERS = {"Range": "bytes=0-1023", "Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True)
class CrawlLimits:
    """Limits of load on other sites. Requests are sequential. Times in seconds."""

    max_addresses: int = 500
    """Addresses in a run."""
    days: int = 7
    """Until a working address is checked again; a failed address is checked the next day."""
    max_run_seconds: float = 30 * 60
    pause: float = 3
    """Between two requests to the same host."""
    idle_timeout: float = 10
    """Without receiving a byte."""
    max_response_seconds: float = 20


@dataclass
class LinkCheckTotals:
    """The number of due addresses, and the results of those that were checked."""

    due: int = 0
    works: int = 0
    unclear: int = 0
    failed: int = 0
    unchecked: int = 0
    """Due, but not checked within the time limit."""


@dataclass(frozen=True)
class LinkResponse:
    result: LinkResult
    problem: str = ""
    status: int | None = None


def check_links(
    *,
    now: dt.datetime,
    limits: CrawlLimits | None = None,
    dry_run: bool = False,
    progress: Callable[[str, int, int], None] = lambda *_step: None,
    sleep: Callable[[float], None] = time.sleep,
) -> LinkCheckTotals:
    """Check due addresses, those never checked or checked longest ago first; with `dry_run` only count them.

    Deletes the results of addresses that no record contains any more. Raises AlreadyRunning.
    """
    limits = limits or CrawlLimits()
    with exclusive_lock(_LOCK_ID):
        addresses = published_websites()
        due = _due_addresses(addresses, now, limits)
        totals = LinkCheckTotals(due=len(due))
        if dry_run:
            return totals
        LinkCheck.objects.exclude(address__in=addresses).delete()
        deadline = time.monotonic() + limits.max_run_seconds
        with outbound.http_client(silence=limits.idle_timeout, seconds=limits.max_response_seconds) as client:
            for number, address in enumerate(_spread_hosts(due, limits.pause, sleep)):
                if time.monotonic() >= deadline:
                    totals.unchecked = len(due) - number
                    break
                response = _check_address(client, address, lambda: sleep(limits.pause))
                _store_result(address, response, now)
                setattr(totals, response.result, getattr(totals, response.result) + 1)
                progress("links", number + 1, len(due))
    return totals


def _due_addresses(addresses: set[str], now: dt.datetime, limits: CrawlLimits) -> list[str]:
    checks = LinkCheck.objects.in_bulk(field_name="address")
    today = timezone.localdate(now)

    def is_due(address: str) -> bool:
        check = checks.get(address)
        if check is None:
            return True
        last = timezone.localdate(check.checked_at)
        return last < today if check.result == LinkResult.FAILED else last <= today - dt.timedelta(days=limits.days)

    def sort_key(address: str) -> tuple[bool, dt.datetime | None, str]:
        check = checks.get(address)
        return (False, None, address) if check is None else (True, check.checked_at, address)

    return sorted(filter(is_due, addresses), key=sort_key)[: limits.max_addresses]


def _spread_hosts(addresses: list[str], pause: float, sleep: Callable[[float], None]) -> Iterator[str]:
    """Reorder addresses so that other hosts are checked during the pause between two requests to the same host."""
    hosts: dict[str, list[str]] = defaultdict(list)
    for address in reversed(addresses):
        hosts[_host_name(address)].append(address)
    queue = [(0.0, place, host) for place, host in enumerate(dict.fromkeys(map(_host_name, addresses)))]
    while queue:
        next_request_at, place, host = heapq.heappop(queue)
        if (wait := next_request_at - time.monotonic()) > 0:
            sleep(wait)
        yield hosts[host].pop()
        if hosts[host]:
            heapq.heappush(queue, (time.monotonic() + pause, place, host))


def _host_name(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _check_address(client: httpx.Client, address: str, pause: Callable[[], None]) -> LinkResponse:
    """Send HEAD, and if it fails, GET for the first bytes."""
    response = _fetch(client, "HEAD", address)
    if response.result == LinkResult.WORKS or response.status is None:
        return response
    pause()
    return _fetch(client, "GET", address)


def _fetch(client: httpx.Client, method: str, address: str) -> LinkResponse:
    try:
        with outbound.follow_redirects(
            client, method, address, most=_MAX_REDIRECTS, headers=_PARTIAL_GET_HEADERS
        ) as response:
            return _result_of_status(response.status_code)
    except outbound.UnknownHost:
        return LinkResponse(LinkResult.FAILED, LinkProblem.NAME)
    except outbound.MalformedAddress:
        return LinkResponse(LinkResult.FAILED, LinkProblem.MALFORMED)
    except outbound.AddressRefused:
        return LinkResponse(LinkResult.FAILED, LinkProblem.PRIVATE)
    except httpx.ConnectError as error:
        if causes := [
            cause
            for cause in _exception_chain(error)
            if isinstance(cause, ssl.SSLCertVerificationError | ConnectionRefusedError)
        ]:
            is_certificate = isinstance(causes[0], ssl.SSLError)
            return LinkResponse(LinkResult.FAILED, LinkProblem.CERTIFICATE if is_certificate else LinkProblem.SILENT)
        return LinkResponse(LinkResult.UNCLEAR)
    except (httpx.HTTPError, httpx.InvalidURL):
        # Timeouts, redirect loops or malformed HTTP: the page may still open in a browser.
        return LinkResponse(LinkResult.UNCLEAR)


def _result_of_status(status: int) -> LinkResponse:
    if status < 400 or status == 416:  # the page is shorter than the requested range
        return LinkResponse(LinkResult.WORKS, status=status)
    if status in (404, 410):
        return LinkResponse(LinkResult.FAILED, LinkProblem.GONE, status)
    return LinkResponse(LinkResult.UNCLEAR, status=status)


def _exception_chain(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _store_result(address: str, response: LinkResponse, now: dt.datetime) -> None:
    check = LinkCheck.objects.filter(address=address).first() or LinkCheck(address=address)
    today = timezone.localdate(now)
    check.checked_at, check.result, check.status = now, response.result, response.status
    if response.result == LinkResult.WORKS:
        check.problem, check.failed_days, check.failed_on = "", 0, None
    elif response.result == LinkResult.FAILED:
        check.problem = response.problem
        check.failed_days += check.failed_on != today
        check.failed_on = today
    check.save()
