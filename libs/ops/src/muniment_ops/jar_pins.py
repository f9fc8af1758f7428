"""Pinned jars: ``pins/<name>.txt`` says what was asked for and which files, by SHA-256, answer it.

A set that says so is fetched when it is first used, not by the set-up.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

_FOR = "# for "
_WHEN_USED = "# fetched when first used"


@dataclass(frozen=True, slots=True)
class PinnedJar:
    """One jar: ``group:artifact:version`` and the SHA-256 of its bytes in hex.

    Another file of an artifact is ``group:artifact:version:classifier:extension``.
    """

    coordinate: str
    sha256: str

    @property
    def file_name(self) -> str:
        _group, artifact, version, *rest = self.coordinate.split(":")
        classifier, extension = rest or ("", "jar")
        return f"{'-'.join(filter(None, (artifact, version, classifier)))}.{extension}"


@dataclass(frozen=True, slots=True)
class Pins:
    """A set of jars. ``digest`` changes with any of them; ``is_for_setup`` is false if it can wait."""

    coordinates: tuple[str, ...]
    jars: tuple[PinnedJar, ...]
    is_for_setup: bool = True

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.to_text().encode()).hexdigest()

    def to_text(self) -> str:
        """Return the file's text; ``parse_pins`` reads it back unchanged."""
        asked = [f"{_FOR}{coordinate}" for coordinate in self.coordinates]
        asked += [] if self.is_for_setup else [_WHEN_USED]
        return "\n".join([*asked, *(f"{jar.coordinate} sha256:{jar.sha256}" for jar in self.jars), ""])


def pins_path(name: str) -> Path:
    """Return where the pins of ``name`` are kept."""
    return Path(str(resources.files("muniment_ops") / "pins" / f"{name}.txt"))


def read_pins(name: str) -> Pins | None:
    """Return the pins of ``name``, or ``None`` if nothing is pinned under that name."""
    path = pins_path(name)
    return parse_pins(path.read_text(encoding="utf-8")) if path.exists() else None


def pinned_names() -> list[str]:
    """Return the name of every set of pinned jars, sorted."""
    return sorted(path.stem for path in pins_path("any").parent.glob("*.txt"))


def parse_pins(text: str) -> Pins:
    """Read the text of a pins file. Raises ``ValueError`` naming the line that is not understood."""
    coordinates: list[str] = []
    jars: list[PinnedJar] = []
    is_for_setup = True
    for line in filter(None, (line.strip() for line in text.splitlines())):
        if line.startswith(_FOR):
            coordinates.append(line.removeprefix(_FOR))
            continue
        if line == _WHEN_USED:
            is_for_setup = False
            continue
        coordinate, separator, sha256 = line.partition(" sha256:")
        if not separator or coordinate.count(":") not in (2, 4) or len(sha256) != 64:
            raise ValueError(f"not a pinned jar: {line!r}")
        jars.append(PinnedJar(coordinate, sha256))
    return Pins(tuple(coordinates), tuple(jars), is_for_setup)
