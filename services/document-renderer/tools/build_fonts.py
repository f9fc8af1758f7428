"""Make the shipped fonts from the fonts of three PyPI wheels.

    python build_fonts.py FONTS_FOLDER CJK_FOLDER CAIRO_FOLDER TARGET

The folders are the package folders of the wheels that ``fonts/SOURCES.md`` names, unpacked. Noto Sans, Cairo
and Noto Emoji become static fonts of the weights the templates use; Noto Sans CJK becomes one static font of
regular weight with the local forms of all five regions. The others are copied. The same wheels and the same
fontTools give the same bytes. CJK takes four minutes and 6 GB of memory.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont
from fontTools.varLib import instancer

SIMPLIFIED_CHINESE = 2  # the face of the collection whose default forms are used
COPIED = [
    "Arabic",
    "Armenian",
    "Bengali",
    "Devanagari",
    "Ethiopic",
    "Georgian",
    "Gujarati",
    "Gurmukhi",
    "Hebrew",
    "Kannada",
    "Khmer",
    "Lao",
    "Malayalam",
    "Myanmar",
    "Oriya",
    "Sinhala",
    "Symbols",
    "Tamil",
    "Telugu",
    "Thai",
]


def main() -> None:
    """Build every font into the target folder."""
    fonts, cjk, cairo, target = (Path(argument) for argument in sys.argv[1:5])
    for weight, name in ((400, "Regular"), (600, "SemiBold")):
        _save_static(fonts / "NotoSans[wght].ttf", weight, target / f"NotoSans-{name}.ttf")
        _save_static(cairo / "files" / "Cairo[slnt,wght].ttf", weight, target / f"Cairo-{name}.ttf")
    _save_static(fonts / "NotoEmoji[wght].ttf", 400, target / "NotoEmoji-Regular.ttf")
    for script in COPIED:
        shutil.copyfile(fonts / f"NotoSans{script}[wght].ttf", target / f"NotoSans{script}.ttf")
    _save_cjk(cjk / "NotoSansCJK-VF.otf.ttc", target / "NotoSansCJK-Regular.otf")


def _save_static(source: Path, weight: int, target: Path) -> None:
    font = TTFont(source, recalcTimestamp=False)
    place = {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes} | {"wght": weight}
    instancer.instantiateVariableFont(font, place, inplace=True, updateFontNames=True)
    font.save(target)


def _save_cjk(source: Path, target: Path) -> None:
    """Keep the outlines as CFF2, which Typst embeds as TrueType; veraPDF finds fault with its CFF subsets."""
    font = TTCollection(source).fonts[SIMPLIFIED_CHINESE]
    font.recalcTimestamp = False
    instancer.instantiateVariableFont(font, {"wght": 400}, inplace=True, updateFontNames=True)
    font.save(target)


if __name__ == "__main__":
    main()
