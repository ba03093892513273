"""Take the screenshots of the README (`make screenshots`). SITE=http://... uses a demo that is already running."""

import base64
import contextlib
import os
from pathlib import Path

import demo_site
from chromium import CHROMIUM
from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "img"
PORT = 8792
# (width, height, device scale factor)
DEVICES = {"phone": (360, 720, 2), "desktop": (1280, 800, 1)}
WEBP_QUALITY = 0.8
# Convert in the browser, so that no image library is needed.
TO_WEBP = """async ([png, quality]) => {
  const picture = new Image();
  picture.src = "data:image/png;base64," + png;
  await picture.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: picture.width, height: picture.height });
  canvas.getContext("2d").drawImage(picture, 0, 0);
  return canvas.toDataURL("image/webp", quality).split(",")[1];
}"""


def main(site: str) -> None:
    """Write screenshots of all sample pages of the site at this URL."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        converter = browser.new_page()
        for device, (width, height, scale) in DEVICES.items():
            context = browser.new_context(
                viewport={"width": width, "height": height}, device_scale_factor=scale, is_mobile=device == "phone"
            )
            page = context.new_page()
            for name, path in demo_site.sample_pages(site).items():
                page.goto(site + path, wait_until="networkidle")
                png = base64.b64encode(page.screenshot()).decode()
                picture = base64.b64decode(converter.evaluate(TO_WEBP, [png, WEBP_QUALITY]))
                (FOLDER / f"{name}-{device}.webp").write_bytes(picture)
            context.close()
        browser.close()


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    site_url = os.environ.get("SITE")
    with contextlib.nullcontext(site_url) if site_url else demo_site.serve_demo(PORT) as url:
        main(url)
