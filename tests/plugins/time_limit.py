"""`--time-limit=75`: no test begins later than so many seconds after the start; the summary says how many did not."""

import time

import pytest

LEFT_OUT = pytest.StashKey[int]()
START = time.monotonic()


def pytest_addoption(parser):
    parser.addoption("--time-limit", type=float, default=None, help="seconds after which no test begins")


def pytest_configure(config):
    config.stash[LEFT_OUT] = 0


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item):
    limit = item.config.getoption("--time-limit")
    if limit is None or time.monotonic() - START < limit:
        return None
    item.config.stash[LEFT_OUT] += 1
    return True


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["left_out"] = session.config.stash[LEFT_OUT]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    node.config.stash[LEFT_OUT] += getattr(node, "workeroutput", {}).get("left_out", 0)


def pytest_terminal_summary(terminalreporter, config):
    if config.stash[LEFT_OUT]:
        terminalreporter.write_line(f"Out of time: {config.stash[LEFT_OUT]} tests were not run.", yellow=True)
