"""Java libraries by name, fetched once and checked: no Maven, no Java on the machine.

Each set of jars is pinned in ``pins/<name>.txt``: what was asked for, and every jar that answers it with its
SHA-256. ``tools/pin_jars.py`` writes these files. The jars lie in ``$MUNIMENT_CACHE/jars`` (default
``~/.cache/muniment``).
"""

from __future__ import annotations

import fcntl
import hashlib
import itertools
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

from muniment_kit.errors import MunimentError
from muniment_ops.jar_pins import PinnedJar, Pins, read_pins

ADVANCE = Callable[[int, int], None]
_PARALLEL = 4
_ATTEMPTS = 3
_TIMEOUT_S = 30


class JarsUnavailable(MunimentError):
    """A set of jars cannot be had; the message says why and what to do."""


def cache_folder() -> Path:
    """Return the folder for what is fetched once: ``MUNIMENT_CACHE``, else ``muniment`` in the user cache."""
    chosen = os.environ.get("MUNIMENT_CACHE")
    if chosen:
        return Path(chosen).expanduser().resolve()
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "muniment"


def resolve(name: str, coordinates: Sequence[str], *, advance: ADVANCE | None = None) -> list[Path]:
    """Return the jars pinned as ``name`` for ``coordinates`` (``group:artifact:version``); fetch them once.

    Safe to interrupt and to run twice at once: a finished folder appears whole or not at all.
    ``advance(done, total)`` is called as jars arrive, never when all are there already. Raises
    ``JarsUnavailable``.
    """
    pins = read_pins(name)
    if pins is None or set(pins.coordinates) != set(coordinates):
        wanted = " ".join(coordinates)
        raise JarsUnavailable(
            f"No jars are pinned as {name} for {wanted}; run: tools/pin_jars.py {name} {wanted}"
        )
    folder = jar_folder(name, pins)
    paths = [folder / jar.file_name for jar in pins.jars]
    if all(path.exists() for path in paths):
        return paths
    folder.parent.mkdir(parents=True, exist_ok=True)
    with only_one(folder.with_suffix(".lock")):
        if not all(path.exists() for path in paths):
            _fill(folder, pins, advance or _silent)
    return paths


def jar_folder(name: str, pins: Pins) -> Path:
    """Return the folder in which the pinned jars lie once they are fetched."""
    return cache_folder() / "jars" / f"{name}-{pins.digest[:12]}"


def _fill(folder: Path, pins: Pins, advance: ADVANCE) -> None:
    """Fetch into a folder beside it, keeping what an interrupted run fetched, then move it into place."""
    partial = folder.with_suffix(".partial")
    partial.mkdir(exist_ok=True)
    missing = [jar for jar in pins.jars if not _is_whole(partial / jar.file_name, jar)]
    total = len(pins.jars)
    advance(total - len(missing), total)
    with ThreadPoolExecutor(_PARALLEL, thread_name_prefix="jars") as pool:
        fetching = [pool.submit(_fetch, jar, partial) for jar in missing]
        try:
            for done, future in enumerate(as_completed(fetching), total - len(missing) + 1):
                future.result()
                advance(done, total)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    shutil.rmtree(partial / "download", ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)


def _fetch(jar: PinnedJar, partial: Path) -> None:
    """Download one jar, compare its SHA-256 with the pin, and only then give it its name."""
    download = partial / "download" / jar.file_name
    path = _download_patiently(jar.coordinate, download)
    if not _is_whole(path, jar):
        raise JarsUnavailable(
            f"{jar.coordinate} is not the file we pinned: its SHA-256 differs. Nothing was installed; "
            "check the Maven repository you fetch from."
        )
    path.replace(partial / jar.file_name)
    shutil.rmtree(download)


def _download_patiently(coordinate: str, folder: Path) -> Path:
    for attempt in itertools.count(1):
        shutil.rmtree(folder, ignore_errors=True)  # jgo takes half a file for a whole one
        try:
            return download_jar(coordinate, folder)
        except Exception as error:
            if attempt == _ATTEMPTS:
                raise JarsUnavailable(
                    f"{coordinate} could not be fetched ({_cause(error)}). Check the network, or set "
                    "MUNIMENT_MAVEN_URL to a Maven repository you can reach; then run the same command again."
                ) from error
            time.sleep(attempt)
    raise AssertionError("unreachable")


def download_jar(coordinate: str, folder: Path) -> Path:
    """Download one artifact, unchecked, below ``folder`` and return its path."""
    from jgo.maven import MavenContext

    # Everyone else follows SSL_CERT_FILE; requests, below jgo, has a name of its own for it.
    if "SSL_CERT_FILE" in os.environ:
        os.environ.setdefault("REQUESTS_CA_BUNDLE", os.environ["SSL_CERT_FILE"])
    mirror = os.environ.get("MUNIMENT_MAVEN_URL")
    remotes = {"mirror": mirror.rstrip("/")} if mirror else None
    context = MavenContext(repo_cache=folder, remote_repos=remotes, timeout=_TIMEOUT_S)
    group, artifact, version, *rest = coordinate.split(":")
    classifier, extension = rest or ("", "jar")
    component = context.project(group, artifact).at_version(version)
    return Path(component.artifact(classifier, extension).resolve())


def _is_whole(path: Path, jar: PinnedJar) -> bool:
    if not path.exists():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == jar.sha256


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Let one process at a time through; the lock goes with the process, however it ends."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _silent(_done: int, _total: int) -> None:
    return


def _cause(error: Exception) -> str:
    """Say in a few words what went wrong: the class of a network error, the first line of any other."""
    if isinstance(error, OSError):  # requests' errors are such, with addresses and retries in their text
        return type(error).__name__
    return (str(error).strip() or type(error).__name__).splitlines()[0][:120]
