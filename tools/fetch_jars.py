#!/usr/bin/env python3
"""Fetch the pinned sets of Java libraries for the set-up, or with --list print the folders they lie in."""

from __future__ import annotations

import sys

from muniment_ops.console import fetching
from muniment_ops.jar_pins import pinned_names, read_pins
from muniment_ops.jars import JarsUnavailable, jar_folder, resolve


def main() -> int:
    for name in pinned_names():
        pins = read_pins(name)
        assert pins is not None
        if not pins.is_for_setup:
            continue
        if "--list" in sys.argv:
            print(jar_folder(name, pins))
            continue
        try:
            fetch(name, pins.coordinates)
        except JarsUnavailable as error:
            print(error, file=sys.stderr)
            return 3
        except KeyboardInterrupt:
            return 130
    return 0


def fetch(name: str, coordinates: tuple[str, ...]) -> None:
    """Fetch one set; a bar on a terminal and one line elsewhere show it."""
    with fetching(f"  {name}") as advance:
        resolve(name, coordinates, advance=advance)


if __name__ == "__main__":
    sys.exit(main())
