"""Makes any text showable: what no shipped font has is found before Typst sees it, and shown by one rule.

The rule, for each cluster (a character with the marks that belong to it):

- A cluster that one font has whole is shown as it is.
- Otherwise each of its characters stands alone; one that no font has is shown as ``[U+1F9FF]``.
- Control characters, unassigned and private ones are shown the same way; line breaks and tabs are spaces.
- Invisible characters that only steer direction or breaking are left out: they could reorder others.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Required, TypedDict

from fontTools.ttLib import TTFont

from document_renderer.fonts import font_families, font_files


class Shown(TypedDict, total=False):
    """Text with what its script asks for: direction, language of Han characters, where it may break."""

    t: Required[str]
    rtl: bool
    lang: str
    region: str | None
    parts: list[str]


Value = str | Shown

_SPACES = re.compile(r"[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
_STEERING = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
_JOINERS = frozenset("\u200c\u200d")
_SELECTORS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
_EMOJI_PARTS = frozenset(map(chr, (*range(0x1F3FB, 0x1F400), *range(0xE0020, 0xE0080), 0x20E3)))
_LONG_WORD = re.compile(r"\S{25,}")
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_STRONG = frozenset(("L", "R", "AL"))
_EAST_ASIAN = re.compile("[\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_KANA = re.compile("[\u3040-\u30ff\u31f0-\u31ff]")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")


class Scribe:
    """Knows which characters the fonts have, and the buyer's locale for the forms of Han characters."""

    def __init__(
        self, coverages: Sequence[frozenset[str]], han: tuple[str, str | None] = ("zh", "CN")
    ) -> None:
        self._coverages = coverages
        self._han = han
        self._show = lru_cache(maxsize=4096)(self._shown)

    @property
    def characters(self) -> frozenset[str]:
        """Return every character that some font has."""
        return frozenset[str]().union(*self._coverages)

    @classmethod
    @lru_cache(maxsize=1)
    def of_shipped_fonts(cls) -> Scribe:
        return cls([_coverage(files[0]) for files in font_files()])

    def for_locale(self, tag: str) -> Scribe:
        """Return the scribe that gives Han characters the forms of the locale ``tag`` (BCP 47)."""
        return self._for_forms(_han_forms(tag))

    @lru_cache(maxsize=8)  # noqa: B019 - there is one scribe a process
    def _for_forms(self, han: tuple[str, str | None]) -> Scribe:
        return Scribe(self._coverages, han)

    def show(self, text: str) -> Value:
        """Return ``text`` as the template takes it: a string, or one with its direction and language."""
        return text if text.isascii() and text.isprintable() and len(text) < 25 else self._show(text)

    def families_for(self, shown: str) -> Sequence[str]:
        """Return the font families that ``shown`` needs: each one more slows Typst down.

        The one that has most of the characters the first lacks is asked next, so that a word stays in one.
        """
        families = font_families()
        beyond = frozenset() if shown.isascii() else frozenset(shown) - self._coverages[0]
        counts = {family: len(has & beyond) for family, has in zip(families, self._coverages, strict=True)}
        needed = [family for family in families if counts[family]]
        return [families[0], *sorted(needed, key=lambda family: -counts[family])]

    def plain(self, text: str) -> str:
        """Return ``text`` with only characters that can be shown."""
        text = _STEERING.sub("", _SPACES.sub(" ", text))
        if text.isascii() and text.isprintable():
            return text
        return "".join(self._cluster(cluster) for cluster in _clusters(text))

    def _shown(self, text: str) -> Value:
        plain = self.plain(text)
        shown: Shown = {"t": plain}
        if _LONG_WORD.search(plain):
            shown["parts"] = _parts(plain)
        if _RTL.search(plain):
            shown["rtl"] = _is_rtl(plain)
        if _EAST_ASIAN.search(plain):
            shown["lang"], shown["region"] = self._han_of(plain)
        return shown if len(shown) > 1 else plain

    def _han_of(self, text: str) -> tuple[str, str | None]:
        if _KANA.search(text):
            return ("ja", "JP")
        return ("ko", "KR") if _HANGUL.search(text) else self._han

    def _cluster(self, cluster: str) -> str:
        needed = {char for char in cluster if char not in _JOINERS and char not in _SELECTORS}
        if needed and any(needed <= coverage for coverage in self._coverages):
            return cluster if all(map(_is_text, needed)) else "".join(map(_named, cluster))
        return "".join(self._alone(char) for char in cluster)

    def _alone(self, char: str) -> str:
        if char in _JOINERS or char in _SELECTORS:
            return ""
        known = _is_text(char) and not unicodedata.combining(char)
        return char if known and any(char in coverage for coverage in self._coverages) else _named(char)


def _coverage(path: object) -> frozenset[str]:
    with TTFont(path, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


def _is_text(char: str) -> bool:
    return char == " " or unicodedata.category(char) not in ("Cc", "Cn", "Co", "Cs")


def _named(char: str) -> str:
    return f"[U+{ord(char):04X}]"


def _clusters(text: str) -> Iterator[str]:
    start = 0
    for index in range(1, len(text)):
        if not _continues(text[index - 1], text[index]):
            yield text[start:index]
            start = index
    if text:
        yield text[start:]


def _continues(before: str, char: str) -> bool:
    if char in _JOINERS or char in _SELECTORS or char in _EMOJI_PARTS:
        return True
    return unicodedata.category(char) in ("Mn", "Mc", "Me") or before == "\u200d"


def _is_rtl(text: str) -> bool:
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in _STRONG:
            return direction != "L"
    return False


def _parts(text: str) -> list[str]:
    """Cut ``text`` where it may break: in its long words, after every sixth cluster.

    The template puts nothing visible between them. A zero-width space would break as well, but Typst takes it
    for part of the letter before it, wherever that letter stands, and so spoils the text for search and copy.
    """
    parts, start = [], 0
    for word in _LONG_WORD.finditer(text):
        clusters = list(_clusters(word[0]))
        groups = ["".join(clusters[at : at + 6]) for at in range(0, len(clusters), 6)]
        parts += [text[start : word.start()] + groups[0], *groups[1:]]
        start = word.end()
    return [*parts, text[start:]]


def _han_forms(tag: str) -> tuple[str, str | None]:
    parts = tag.split("-")
    if parts[0] == "ja":
        return ("ja", "JP")
    if parts[0] == "ko":
        return ("ko", "KR")
    traditional = {"TW": "TW", "HK": "HK", "MO": "HK", "Hant": "TW"}
    region = next((traditional[part] for part in reversed(parts) if part in traditional), "CN")
    return ("zh", region)
