"""The rules of accessibility that every page is held to."""

from axe_playwright_python.sync_playwright import Axe

RULE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
# Of these rules another colour scheme may change the outcome.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
# Of these, the words of another language: names that may be missing or alike, and their length at a given width.
RULES_OF_WORDS = [
    *("target-size", "scrollable-region-focusable"),
    *("html-has-lang", "html-lang-valid", "valid-lang", "document-title", "page-has-heading-one", "empty-heading"),
    *(
        "link-name",
        "button-name",
        "input-button-name",
        "summary-name",
        "label",
        "select-name",
        "form-field-multiple-labels",
    ),
    *("aria-command-name", "aria-input-field-name", "aria-toggle-field-name", "aria-dialog-name", "image-alt"),
    *("svg-img-alt", "role-img-alt", "image-redundant-alt", "label-title-only", "label-content-name-mismatch"),
    *("landmark-unique", "empty-table-header", "frame-title", "identical-links-same-purpose"),
]
_AXE_SCRIPT = Axe().axe_script
# A bar that stays in the window hides what readers scroll out from under it, so it is let go meanwhile, and the page is
# looked at from its end. What is just fading in is waited for.
_RUN_SCRIPT = """async options => {
  const fades = document.getAnimations().filter(a => a.effect.getComputedTiming().endTime !== Infinity);
  await Promise.allSettled(fades.map(fade => fade.finished));
  const bars = [...document.body.querySelectorAll('*')].filter(e => getComputedStyle(e).position === 'sticky');
  const styles = bars.map(bar => bar.style.cssText);
  for (const bar of bars) { bar.style.position = 'relative'; bar.style.inset = 'auto'; }
  scrollTo({top: document.documentElement.scrollHeight, behavior: 'instant'});
  const found = await axe.run(options);
  bars.forEach((bar, number) => { bar.style.cssText = styles[number]; });
  return found;
}"""
# Only what a message needs: naming all elements takes as long as looking at them.
_OUTPUT = {"resultTypes": ["violations"], "selectors": False}


def violations(page, *, only=()):
    """What is wrong with the page as it looks now, by all rules or only by some: one line for each element."""
    # Half a megabyte, which a page takes in once.
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(_AXE_SCRIPT)
    options = {
        **_OUTPUT,
        "runOnly": {"type": "rule", "values": only} if only else {"type": "tag", "values": RULE_TAGS},
    }
    results = page.evaluate(_RUN_SCRIPT, options)["violations"]
    return [f"{rule['id']}: {node['html'][:120]}" for rule in results for node in rule["nodes"]]
