"""The fonts of documents: shipped, never the machine's own. ``SOURCES.md`` says where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path

FONTS_FOLDER = Path(str(resources.files("document_renderer.fonts")))

# In the order in which a font is asked for a character.
_FAMILIES = {
    "Noto Sans": ("NotoSans-Regular.ttf", "NotoSans-SemiBold.ttf"),
    "Noto Sans Hebrew": ("NotoSansHebrew.ttf",),
    # Noto composes Arabic letters of two glyphs, which spoils the text for search; Cairo lacks some letters.
    "Cairo": ("Cairo-Regular.ttf", "Cairo-SemiBold.ttf"),
    "Noto Sans Arabic": ("NotoSansArabic.ttf",),
    "Noto Sans Devanagari": ("NotoSansDevanagari.ttf",),
    "Noto Sans Thai": ("NotoSansThai.ttf",),
    "Noto Sans Armenian": ("NotoSansArmenian.ttf",),
    "Noto Sans Georgian": ("NotoSansGeorgian.ttf",),
    "Noto Sans Bengali": ("NotoSansBengali.ttf",),
    "Noto Sans Gujarati": ("NotoSansGujarati.ttf",),
    "Noto Sans Gurmukhi": ("NotoSansGurmukhi.ttf",),
    "Noto Sans Kannada": ("NotoSansKannada.ttf",),
    "Noto Sans Malayalam": ("NotoSansMalayalam.ttf",),
    "Noto Sans Oriya": ("NotoSansOriya.ttf",),
    "Noto Sans Sinhala": ("NotoSansSinhala.ttf",),
    "Noto Sans Tamil": ("NotoSansTamil.ttf",),
    "Noto Sans Telugu": ("NotoSansTelugu.ttf",),
    "Noto Sans Khmer": ("NotoSansKhmer.ttf",),
    "Noto Sans Lao": ("NotoSansLao.ttf",),
    "Noto Sans Myanmar": ("NotoSansMyanmar.ttf",),
    "Noto Sans Ethiopic": ("NotoSansEthiopic.ttf",),
    "Noto Sans CJK SC": ("NotoSansCJK-Regular.otf",),
    "Noto Sans Symbols": ("NotoSansSymbols.ttf",),
    "Noto Emoji": ("NotoEmoji-Regular.ttf",),
}


def font_families() -> Sequence[str]:
    """Return the families in the order in which they are asked for a character."""
    return list(_FAMILIES)


@cache
def font_files() -> Sequence[Sequence[Path]]:
    """Return the font files of each family, all of one family with the same characters."""
    return tuple(tuple(FONTS_FOLDER / name for name in names) for names in _FAMILIES.values())
