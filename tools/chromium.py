"""Where Chromium is, for tests and tools that drive it."""

import os
from pathlib import Path

# The headless shell is Chromium without the windows and menus around a page, and takes a fifth less time.
_CANDIDATES = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
CHROMIUM = os.environ.get("CHROMIUM") or next((path for path in _CANDIDATES if Path(path).exists()), _CANDIDATES[-1])
