#!/usr/bin/env python3
"""Check that requirements agree.

Every pin satisfies its source, has hashes and no address; members declare nothing else.
Faults are sentences, one a line; none means that what is declared, pinned and installed is one thing.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)", re.MULTILINE)


def main() -> int:
    faults = [*faults_of_pins(ROOT / "requirements"), *faults_of_members(ROOT)]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def faults_of_pins(folder: Path) -> Iterator[str]:
    """Compare each ``NAME.in`` with the ``NAME.txt`` compiled from it."""
    for source in sorted(folder.glob("*.in")):
        text = source.with_suffix(".txt").read_text(encoding="utf-8")
        if "://" in text:
            yield f"{source.stem}.txt names an address; compile it with make requirements."
        yield from (f"{source.stem}.txt has no hash for {name}." for name in _without_hash(text))
        pinned = pins(text)
        for wanted in required(source):
            version = pinned.get(canonicalize_name(wanted.name))
            if version is None:
                yield f"{source.name} asks for {wanted.name}; {source.stem}.txt lacks it: make requirements."
            elif not wanted.specifier.contains(version, prereleases=True):
                yield f"{source.name} asks for {wanted}; {source.stem}.txt pins {version}: make requirements."


def faults_of_members(root: Path) -> Iterator[str]:
    """Compare what each member declares with requirements/runtime.in, both ways."""
    allowed = {
        canonicalize_name(wanted.name): wanted for wanted in required(root / "requirements" / "runtime.in")
    }
    members = [_declared(path) for path in sorted(root.glob("*/*/pyproject.toml"))]
    own = {canonicalize_name(name) for name, _wanted in members}
    used = set()
    for member, declared in members:
        for wanted in declared:
            name = canonicalize_name(wanted.name)
            used.add(name)
            if name in own:
                continue
            if name not in allowed:
                yield f"{member} declares {wanted}, which requirements/runtime.in does not have."
            elif wanted.specifier != allowed[name].specifier:
                yield f"{member} declares {wanted}, requirements/runtime.in {allowed[name]}; say one thing."
    for name in sorted(set(allowed) - used - {canonicalize_name("uv")}):  # uv installs, no member imports it
        yield f"requirements/runtime.in has {name}, which no member declares."


def pins(text: str) -> Mapping[str, str]:
    """Return the version pinned for each distribution."""
    return {canonicalize_name(match["name"]): match["version"] for match in _PIN.finditer(text)}


def required(source: Path) -> Iterator[Requirement]:
    """Yield the requirements of a ``.in`` file and of those it includes."""
    for line in source.read_text(encoding="utf-8").splitlines():
        content = line.partition("#")[0].strip()
        if content.startswith("-r "):
            yield from required(source.parent / content.removeprefix("-r ").strip())
        elif content:
            yield Requirement(content)


def _declared(path: Path) -> tuple[str, list[Requirement]]:
    project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
    return project["name"], [Requirement(line) for line in project.get("dependencies", [])]


def _without_hash(text: str) -> Iterator[str]:
    for block in re.split(r"\n(?=\S)", text.strip()):
        if "--hash=sha256:" not in block:
            yield block.split()[0]


if __name__ == "__main__":
    sys.exit(main())
