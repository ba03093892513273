"""QR codes as SVG within the page."""

import qrcode
from django.utils.safestring import SafeString, mark_safe
from qrcode.image.svg import SvgPathImage


def qr_svg(text: str) -> SafeString:
    """An SVG element with the quiet zone of four modules that scanners need; the page gives it a size and a name."""
    image = qrcode.make(text, image_factory=SvgPathImage, box_size=10, border=4)
    # The library escapes nothing but produces numbers and path commands only.
    return mark_safe(image.to_string(encoding="unicode"))
