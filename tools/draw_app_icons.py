"""Draw the app icons, static/img/icon-*.png, from the logo. Run after changing static/img/mark.svg."""

import base64
from pathlib import Path

from chromium import CHROMIUM
from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "static" / "img"
# (name, size in pixels, share filled by the logo). Devices crop maskable icons, so these need a margin.
ICONS = [("icon-192", 192, 1.0), ("icon-512", 512, 1.0), ("icon-maskable", 512, 0.72)]
BACKGROUND_COLOUR = "#14666b"  # that of the logo


def main() -> None:
    """Write all icons."""
    mark = base64.b64encode((IMAGES / "mark.svg").read_bytes()).decode()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for name, size, share in ICONS:
            page = browser.new_page(viewport={"width": size, "height": size})
            background = BACKGROUND_COLOUR if share < 1 else "transparent"
            page.set_content(
                "<!doctype html>"
                f"<body style='margin:0;display:grid;place-items:center;height:100vh;background:{background}'>"
                f"<img src='data:image/svg+xml;base64,{mark}' width='{size * share}' style='display:block'>"
            )
            page.screenshot(path=IMAGES / f"{name}.png", omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()
