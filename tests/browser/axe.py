"""The rules of accessibility that every page is held to."""

from axe_playwright_python.sync_playwright import Axe

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
# Of these rules another colour scheme may change the outcome.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
_SCRIPT = Axe().axe_script
_LET_GO = """() => {
  for (const bar of document.body.querySelectorAll('*')) {
    if (getComputedStyle(bar).position === 'sticky') bar.style.position = 'static';
  }
}"""
# Only what a message needs: naming all elements takes as long as looking at them.
_OUTPUT = {"resultTypes": ["violations"], "selectors": False}


def violations(page, *, colours_only=False):
    """What is wrong with the page as it looks now: one line for each element."""
    # Half a megabyte, which a page takes in once.
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(_SCRIPT)
    # A bar that stays in the window hides what readers scroll out from under it, so it is looked at in its own place.
    page.evaluate(_LET_GO)
    page.evaluate("scrollTo({top: document.documentElement.scrollHeight, behavior: 'instant'})")
    rules = {"type": "rule", "values": OF_COLOURS} if colours_only else {"type": "tag", "values": TAGS}
    found = page.evaluate("options => axe.run(options)", {**_OUTPUT, "runOnly": rules})["violations"]
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]
