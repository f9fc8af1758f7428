#!/usr/bin/env python3
"""The steps of the set-up, with the standard library alone: environment, packages, members, Java libraries.

Safe to interrupt and to repeat: a stamp by content is written at the very end, and a run that finds it does
nothing.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "muniment-stamp.json"
PINS = ROOT / "libs" / "ops" / "src" / "muniment_ops" / "pins"


class StepFailed(Exception):
    """A step of the set-up did not work; the message says what to do."""


def main() -> int:
    began = time.monotonic()
    try:
        with _only_one():
            if is_current(STAMP, digest()):
                return 0
            _run_steps()
            _write_stamp()
    except StepFailed as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. Run it again: it goes on where it stopped.", file=sys.stderr)
        return 130
    _say(f"Ready after {time.monotonic() - began:.0f} s.")
    return 0


def digest() -> str:
    """Return the hash of all that decides what is installed."""
    inputs = [
        *sorted((ROOT / "requirements").glob("*.txt")),
        *_members(),
        *sorted(PINS.glob("*.txt")),
        Path(__file__),
    ]
    summary = hashlib.sha256(sys.version.encode())
    for path in inputs:
        summary.update(path.relative_to(ROOT).as_posix().encode())
        summary.update(path.read_bytes())
    return summary.hexdigest()


def is_current(stamp: Path, wanted: str) -> bool:
    """Say whether the last complete set-up was this one and what it fetched is still there."""
    try:
        content = json.loads(stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    if not isinstance(content, dict):
        return False
    fetched = [Path(path) for path in content["java"]]
    cache = str(_cache_setting())
    return (
        content["digest"] == wanted and content["cache"] == cache and all(path.exists() for path in fetched)
    )


def _run_steps() -> None:
    _say("Setting up: Python environment, packages, Java libraries. Only the first time takes a minute.")
    STAMP.unlink(missing_ok=True)
    _make_environment()
    _step(
        "uv", *_PYTHON, "-m", "pip", "install", *_QUIET_PIP, "--require-hashes", "-r", "requirements/uv.txt"
    )
    _step("packages", *_UV_INSTALL, "--require-hashes", "-r", "requirements/dev.txt")
    members = [argument for member in _members() for argument in ("-e", str(member.parent))]
    _step("members", *_UV_INSTALL, "-q", "--no-deps", "--no-build-isolation", *members)
    _remove_leftovers()
    _step("Java libraries", *_PYTHON, "tools/fetch_jars.py")


_PYTHON = (str(PYTHON),)
_UV = (*_PYTHON, "-m", "uv", "--no-python-downloads", "pip")
_UV_INSTALL = (*_UV, "install", "--python", str(PYTHON))
_QUIET_PIP = ("-q", "--disable-pip-version-check", "--no-input")


def _make_environment() -> None:
    """Make ``.venv``, or keep the one there if its Python works and is this one."""
    version = _run(*_PYTHON, "-c", "import pip, sys; print(sys.version)") if PYTHON.exists() else None
    if version is not None and version.stdout.strip() == sys.version.strip():
        return
    if _run(sys.executable, "-c", "import ensurepip, venv").returncode != 0:
        name = f"python{sys.version_info.major}.{sys.version_info.minor}"
        raise StepFailed(
            f"{sys.executable} cannot make virtual environments: its venv module is not complete. "
            f"On Debian and Ubuntu install {name}-venv; then run the same command again."
        )
    shutil.rmtree(VENV, ignore_errors=True)
    _step("environment", sys.executable, "-m", "venv", str(VENV))


def _remove_leftovers() -> None:
    """Remove packages that earlier requirements brought and the present ones do not name."""
    pins = "".join((ROOT / "requirements" / name).read_text() for name in ("dev.txt", "uv.txt"))
    pinned = re.findall(r"^([A-Za-z0-9._-]+)==", pins, re.MULTILINE)
    members = [tomllib.loads(member.read_text())["project"]["name"] for member in _members()]
    kept = {normalized(name) for name in (*pinned, *members, "pip")}
    listing = json.loads(_run(*_UV, "list", "--python", str(PYTHON), "--format", "json").stdout)
    leftovers = sorted(package["name"] for package in listing if normalized(package["name"]) not in kept)
    if leftovers:
        _step(f"without {', '.join(leftovers)}", *_UV, "uninstall", "-q", "--python", str(PYTHON), *leftovers)


def normalized(name: str) -> str:
    """Return a distribution's name in its one comparable spelling (packaging guide, name normalization)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _step(name: str, *command: str) -> None:
    _say(f"· {name}")
    done = subprocess.run(command, cwd=ROOT, check=False)
    if done.returncode == 130:
        raise KeyboardInterrupt
    if done.returncode != 0:
        raise StepFailed(
            f"The step '{name}' failed (exit code {done.returncode}); what it said is above. "
            "Run the same command again when the cause is gone: what was fetched is kept."
        )


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)


def _members() -> list[Path]:
    """Return the manifest of every member."""
    return sorted([*ROOT.glob("libs/*/pyproject.toml"), *ROOT.glob("services/*/pyproject.toml")])


def _cache_setting() -> str:
    return os.environ.get("MUNIMENT_CACHE") or os.environ.get("XDG_CACHE_HOME") or ""


def _write_stamp() -> None:
    listing = _run(*_PYTHON, "tools/fetch_jars.py", "--list")
    content = {"digest": digest(), "cache": _cache_setting(), "java": listing.stdout.split()}
    temporary = STAMP.with_suffix(".new")
    temporary.write_text(json.dumps(content), encoding="utf-8")
    temporary.replace(STAMP)


@contextmanager
def _only_one() -> Iterator[None]:
    """Let one set-up at a time work on this checkout."""
    folder = ROOT / ".muniment"
    folder.mkdir(exist_ok=True)
    with (folder / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
