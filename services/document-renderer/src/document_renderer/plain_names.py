"""Names of files and workspaces: readable, and safe wherever an ECM or a file system shows them."""

from __future__ import annotations

import re
import unicodedata

MAX_CHARS = 200
_FORBIDDEN = re.compile(r'[\\/:*?"<>|]+')
_SPACES = re.compile(r"\s+")


def plain_name(text: str) -> str:
    """Return ``text`` without control and direction characters, reserved signs, and more than 200 characters.

    Composed (NFC), one space between words, no dot or space at either end.
    """
    spaced = _SPACES.sub(" ", unicodedata.normalize("NFC", text))
    kept = "".join(
        char for char in spaced if unicodedata.category(char) not in ("Cc", "Cf", "Cn", "Co", "Cs")
    )
    return _SPACES.sub(" ", _FORBIDDEN.sub("-", kept)).strip(" .")[:MAX_CHARS].strip(" .")
