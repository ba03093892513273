"""Makes the pictures of the README anew: `make screenshots`; SITE=http://... takes them of a demo that is running."""

import base64
import contextlib
import os
from pathlib import Path

import demo_site
from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "img"
PORT = 8792
# Width, height and pixels to a point of the devices.
DEVICES = {"phone": (360, 720, 2), "desktop": (1280, 800, 1)}
WEBP_QUALITY = 0.8
# Browsers write WebP themselves, which needs no library here.
TO_WEBP = """async ([png, quality]) => {
  const picture = new Image();
  picture.src = "data:image/png;base64," + png;
  await picture.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: picture.width, height: picture.height });
  canvas.getContext("2d").drawImage(picture, 0, 0);
  return canvas.toDataURL("image/webp", quality).split(",")[1];
}"""


def main(site):
    """Take every picture of the site at the address."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=demo_site.CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        press = browser.new_page()
        for device, (width, height, pixels) in DEVICES.items():
            context = browser.new_context(
                viewport={"width": width, "height": height}, device_scale_factor=pixels, is_mobile=device == "phone"
            )
            page = context.new_page()
            for name, path in demo_site.pages(site).items():
                page.goto(site + path, wait_until="networkidle")
                png = base64.b64encode(page.screenshot()).decode()
                picture = base64.b64decode(press.evaluate(TO_WEBP, [png, WEBP_QUALITY]))
                (FOLDER / f"{name}-{device}.webp").write_bytes(picture)
            context.close()
        browser.close()


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    running = os.environ.get("SITE")
    with contextlib.nullcontext(running) if running else demo_site.served(PORT) as address:
        main(address)
