"""A document is a pure function of its event: the same bytes in any process and surroundings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
PROGRAM = "import json; from tests.unit.document_renderer.golden import record; print(json.dumps(record()))"


def _recorded_in_a_process(folder: Path, **environment: str) -> object:
    finished = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=50,
    )
    return json.loads(finished.stdout)


def test_two_processes_in_other_surroundings_make_the_same_bytes(tmp_path: Path) -> None:
    tokyo = _recorded_in_a_process(
        tmp_path, TZ="Asia/Tokyo", LANG="ja_JP.UTF-8", LC_ALL="C", PYTHONHASHSEED="1", SOURCE_DATE_EPOCH="1"
    )
    honolulu = _recorded_in_a_process(
        ROOT, TZ="Pacific/Honolulu", LANG="de_DE.UTF-8", PYTHONHASHSEED="4242", HOME=str(tmp_path)
    )
    assert tokyo == honolulu
