"""Draw the link preview image, static/img/share.png, from the logo. Run after changing static/img/mark.svg."""

import base64
from pathlib import Path

from chromium import CHROMIUM
from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "static" / "img"
WIDTH, HEIGHT = 1200, 630
PICTURE_HTML = """<!doctype html><style>
body {{ margin: 0; inline-size: {width}px; block-size: {height}px; display: grid; place-content: center; gap: 36px;
  justify-items: center; background: #faf9f5; border-block-end: 24px solid #0b5a5e; box-sizing: border-box;
  font: 600 88px system-ui, "Noto Sans", sans-serif; color: #17252a; letter-spacing: -0.01em; }}
p {{ margin: 0; font-size: 34px; font-weight: 400; color: #4c5b61; letter-spacing: 0; }}
</style><img src="data:image/svg+xml;base64,{mark}" width="220" height="220">Palvelukartta
<p>Apua perheelle · Hjälp för familjen · Help for the family</p>"""


def main() -> None:
    """Write the image."""
    mark = base64.b64encode((IMAGES / "mark.svg").read_bytes()).decode()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.set_content(PICTURE_HTML.format(mark=mark, width=WIDTH, height=HEIGHT))
        page.screenshot(path=IMAGES / "share.png")
        browser.close()


if __name__ == "__main__":
    main()
