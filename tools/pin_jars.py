#!/usr/bin/env python3
"""Pin the jars that answer Maven coordinates: tools/pin_jars.py NAME GROUP:ARTIFACT:VERSION…

Another file of an artifact, GROUP:ARTIFACT:VERSION:CLASSIFIER:EXTENSION, is pinned by itself.
Resolves with jgo's own resolver, downloads each jar once, writes its SHA-256 to muniment_ops/pins/NAME.txt.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from jgo.maven import MavenContext, PythonResolver

from muniment_ops.jar_pins import PinnedJar, Pins, pins_path
from muniment_ops.jars import download_jar

_OF_ANOTHER_FILE = 4  # colons


def main(arguments: Sequence[str]) -> int:
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    name, *coordinates = arguments
    with tempfile.TemporaryDirectory(prefix="muniment-pins-") as folder:
        pins = pin(coordinates, Path(folder))
    pins_path(name).write_text(pins.to_text(), encoding="utf-8")
    print(f"{len(pins.jars)} jars pinned in {pins_path(name)}")
    return 0


def pin(coordinates: Sequence[str], folder: Path) -> Pins:
    """Resolve ``coordinates`` and hash every jar of the answer."""
    if all(coordinate.count(":") == _OF_ANOTHER_FILE for coordinate in coordinates):
        files = [PinnedJar(name, _sha256(download_jar(name, folder))) for name in coordinates]
        return Pins(tuple(coordinates), tuple(files), is_for_setup=False)
    context = MavenContext(resolver=PythonResolver(), repo_cache=folder, timeout=30)
    # "!" keeps one coordinate's dependency management from choosing versions for another's dependencies:
    # without it, log4j's bill of materials turns kafka-clients 4.3.1 into 3.9.1.
    wanted = [context.create_dependency(f"{coordinate}!") for coordinate in coordinates]
    asked, brought = context.resolver.resolve(wanted)
    found = sorted({f"{jar.groupId}:{jar.artifactId}:{jar.version}" for jar in [*asked, *brought]})
    return Pins(
        tuple(coordinates), tuple(PinnedJar(jar, _sha256(download_jar(jar, folder))) for jar in found)
    )


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
