"""Apicurio Registry as it is published: one archive, checked, unpacked once into the cache."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path

from muniment_ops.jar_pins import read_pins
from muniment_ops.jars import ADVANCE, JarsUnavailable, cache_folder, jar_folder, only_one, resolve

APICURIO_VERSION = "3.3.3"
APICURIO_ARCHIVE = (f"io.apicurio:apicurio-registry-app:{APICURIO_VERSION}:all:tar.gz",)
LAUNCHER = "quarkus-run.jar"
_NAME = "apicurio"


def fetch_registry(*, advance: ADVANCE | None = None) -> Path:
    """Return the folder of the unpacked registry, fetching it (150 MB) when it is not there yet.

    Safe to interrupt and to run twice at once. Raises ``JarsUnavailable``.
    """
    pins = read_pins(_NAME)
    digest = "" if pins is None else pins.digest[:12]
    folder = cache_folder() / "apps" / f"{_NAME}-{digest}"
    if (folder / LAUNCHER).exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with only_one(folder.with_suffix(".lock")):
        if not (folder / LAUNCHER).exists():
            (archive,) = resolve(_NAME, APICURIO_ARCHIVE, advance=advance)
            _unpack(archive, folder)
            if pins is not None:  # the archive has served; it is as large as what came out of it
                shutil.rmtree(jar_folder(_NAME, pins), ignore_errors=True)
    return folder


def _unpack(archive: Path, folder: Path) -> None:
    """Unpack beside ``folder``, then move it into place as a whole."""
    partial = folder.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        with tarfile.open(archive) as packed:
            packed.extractall(partial, filter="data")
        partial.rename(folder)
    except (OSError, tarfile.TarError) as error:
        raise JarsUnavailable(
            f"The schema registry could not be unpacked into {folder} ({type(error).__name__}). "
            "Free some space (170 MB), and run the same command again."
        ) from error
