"""Names that Content Server accepts, made the same way every time.

Rules of the server: at most 248 characters, no ``:``, no surrounding blanks, unique in a container without
regard to case. Ours on top: Unicode form C, no control or direction-override characters, no path separators,
single blanks. Length is counted in UTF-16 units, as the databases beneath Content Server do.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

MAX_NAME_UNITS = 248
EMPTY_NAME = "untitled"

_REPLACED = str.maketrans({":": "-", "/": "-", "\\": "-"})
_JOINERS = frozenset("\u200c\u200d")  # shape letters in Arabic and Indic scripts and emoji: part of the text
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,12}\Z")
_HASH_DIGITS = 10
_PLAIN = re.compile(
    r"(?=.{1,248}\Z)[A-Za-z0-9#_.()+~-]+(?: [A-Za-z0-9#_.()+~-]+)*"
)  # most names: safe as they are


def safe_name(text: str) -> str:
    """Return ``text`` as a name the server accepts; a safe name comes back unchanged.

    Names that must be shortened keep their extension and get a hash of the whole, so different texts stay
    different.
    """
    if _PLAIN.fullmatch(text):
        return text
    clean = _clean(text) or EMPTY_NAME
    if _units(clean) <= MAX_NAME_UNITS:
        return clean
    return _with_suffix(clean, f"~{_digest(clean)}")


def alternative(name: str, key: str) -> str:
    """Return the name to use when ``name`` belongs to somebody else: the same for the same ``key``."""
    return _with_suffix(safe_name(name), f" ({_digest(key)})")


def comparable(name: str) -> str:
    """Return the form in which two names of one container are the same name."""
    return unicodedata.normalize("NFC", name.strip().casefold())


def same_name(one: str, other: str) -> bool:
    """Say whether a container would take ``one`` and ``other`` for the same name."""
    return comparable(one) == comparable(other)


def _clean(text: str) -> str:
    composed = unicodedata.normalize("NFC", text).translate(_REPLACED)
    kept = "".join(_kept(character) for character in composed)
    return unicodedata.normalize("NFC", " ".join(kept.split()))


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Zs", "Zl", "Zp"} or character in "\t\n\r\f\v":
        return " "
    if category in {"Cc", "Cs", "Cn", "Co"} or (category == "Cf" and character not in _JOINERS):
        return ""
    return character


def _with_suffix(name: str, suffix: str) -> str:
    found = _EXTENSION.search(name)
    extension = found.group() if found and found.start() > 0 else ""
    stem = name[: len(name) - len(extension)]
    room = MAX_NAME_UNITS - _units(suffix) - _units(extension)
    return f"{_cut(stem, room)}{suffix}{extension}"


def _cut(text: str, units: int) -> str:
    while _units(text) > units:
        text = text[: -max(1, (_units(text) - units) // 2)]
    return text.rstrip()


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:_HASH_DIGITS]
