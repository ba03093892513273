"""Ask for the websites that records name, politely, and keep what came of it."""

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
# Of a page that is asked for because the site does not know HEAD, more is not wanted.
_PARTIAL_GET_HEADERS = {"Range": "bytes=0-1023", "Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True)
class CrawlLimits:
    """How much is asked of others. Times in seconds."""

    most: int = 500
    """Addresses in a run."""
    days: int = 7
    """An address that worked is not asked for again for so many days; one that failed, on the next day."""
    max_run_seconds: float = 30 * 60
    """For the whole run."""
    pause: float = 3
    """Between two requests to one host. There is only ever one request at a time."""
    silence: float = 10
    """Without a byte from a site."""
    max_response_seconds: float = 20


@dataclass
class LinkCheckTotals:
    """How many addresses are due (or were), and what came of those that were asked for."""

    due: int = 0
    works: int = 0
    unclear: int = 0
    failed: int = 0
    left: int = 0
    """Due, but the time was over."""


@dataclass(frozen=True)
class LinkResponse:
    result: LinkResult
    problem: str = ""
    status: int | None = None


def check_links(
    *,
    now: dt.datetime,
    manners: CrawlLimits | None = None,
    dry_run: bool = False,
    progress: Callable[[str, int, int], None] = lambda *_step: None,
    sleep: Callable[[float], None] = time.sleep,
) -> LinkCheckTotals:
    """Check what is due, never checked or longest ago first; with `dry_run` only tell how much that is.

    What nobody names any more is forgotten. Raises AlreadyRunning.
    """
    manners = manners or CrawlLimits()
    with exclusive_lock(_LOCK_ID):
        used = published_websites()
        due = _due_addresses(used, now, manners)
        checked = LinkCheckTotals(due=len(due))
        if dry_run:
            return checked
        LinkCheck.objects.exclude(address__in=used).delete()
        ends = time.monotonic() + manners.max_run_seconds
        with outbound.http_client(silence=manners.silence, seconds=manners.max_response_seconds) as client:
            for number, address in enumerate(_spread_hosts(due, manners.pause, sleep)):
                if time.monotonic() >= ends:
                    checked.left = len(due) - number
                    break
                found = _check_address(client, address, lambda: sleep(manners.pause))
                _store_result(address, found, now)
                setattr(checked, found.result, getattr(checked, found.result) + 1)
                progress("links", number + 1, len(due))
    return checked


def _due_addresses(used: set[str], now: dt.datetime, manners: CrawlLimits) -> list[str]:
    known = LinkCheck.objects.in_bulk(field_name="address")
    today = timezone.localdate(now)

    def is_due(address: str) -> bool:
        check = known.get(address)
        if check is None:
            return True
        last = timezone.localdate(check.checked_at)
        return last < today if check.result == LinkResult.FAILED else last <= today - dt.timedelta(days=manners.days)

    def age(address: str) -> tuple:
        check = known.get(address)
        return (check is not None, check and check.checked_at, address)

    return sorted(filter(is_due, used), key=age)[: manners.most]


def _spread_hosts(addresses: list[str], pause: float, sleep: Callable[[float], None]) -> Iterator[str]:
    """The addresses in their order, but meanwhile those of other hosts while a host is left in peace."""
    hosts: dict[str, list[str]] = defaultdict(list)
    for address in reversed(addresses):
        hosts[_host_name(address)].append(address)
    turns = [(0.0, place, host) for place, host in enumerate(dict.fromkeys(map(_host_name, addresses)))]
    while turns:
        free_from, place, host = heapq.heappop(turns)
        if (wait := free_from - time.monotonic()) > 0:
            sleep(wait)
        yield hosts[host].pop()
        if hosts[host]:
            heapq.heappush(turns, (time.monotonic() + pause, place, host))


def _host_name(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _check_address(client: httpx.Client, address: str, rest: Callable[[], None]) -> LinkResponse:
    """HEAD, and the first bytes of a GET where the site refuses that."""
    found = _fetch(client, "HEAD", address)
    if found.result == LinkResult.WORKS or found.status is None:
        return found
    rest()
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
            one
            for one in _exception_chain(error)
            if isinstance(one, ssl.SSLCertVerificationError | ConnectionRefusedError)
        ]:
            is_certificate = isinstance(causes[0], ssl.SSLError)
            return LinkResponse(LinkResult.FAILED, LinkProblem.CERTIFICATE if is_certificate else LinkProblem.SILENT)
        return LinkResponse(LinkResult.UNCLEAR)
    except (httpx.HTTPError, httpx.InvalidURL):
        # Slow, in circles, or not quite HTTP: a browser may still get there.
        return LinkResponse(LinkResult.UNCLEAR)


def _result_of_status(status: int) -> LinkResponse:
    if status < 400 or status == 416:  # too short a page for the bytes that were asked for
        return LinkResponse(LinkResult.WORKS, status=status)
    if status in (404, 410):
        return LinkResponse(LinkResult.FAILED, LinkProblem.GONE, status)
    return LinkResponse(LinkResult.UNCLEAR, status=status)


def _exception_chain(error: BaseException) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _store_result(address: str, found: LinkResponse, now: dt.datetime) -> None:
    check = LinkCheck.objects.filter(address=address).first() or LinkCheck(address=address)
    today = timezone.localdate(now)
    check.checked_at, check.result, check.status = now, found.result, found.status
    if found.result == LinkResult.WORKS:
        check.problem, check.failed_days, check.failed_on = "", 0, None
    elif found.result == LinkResult.FAILED:
        check.problem = found.problem
        check.failed_days += check.failed_on != today
        check.failed_on = today
    check.save()
