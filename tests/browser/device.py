"""What lies on a device, and waiting for it."""

import pytest

CACHED_PATHS_SCRIPT = """async () => Object.fromEntries(await Promise.all((await caches.keys()).map(async (name) =>
  [name, (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)])))"""


def wait_until(page, condition, arg=None):
    """Wait for what JavaScript tells; the page's own policy forbids what Playwright has for that."""
    for _turn in range(200):
        if page.evaluate(condition, arg):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"not in ten seconds: {condition}")


def wait_for_cached_page(page, name, path):
    wait_until(
        page,
        """async ([name, path]) => {
          for (const one of await caches.keys()) if (one.startsWith(name) &&
            (await (await caches.open(one)).match(path))?.headers.has('Stored-At')) return true;
        }""",
        [name, path],
    )
