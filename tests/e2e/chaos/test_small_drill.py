"""The small drill, by the command a person runs: real processes, another seed each time."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from muniment_ops.signing import KEY_VARIABLE, Signature

pytestmark = pytest.mark.timeout(420)

#: Another drill each time, and the same schedule again with ``MUNIMENT_CHAOS_SEED``.
SEED = int(os.environ.get("MUNIMENT_CHAOS_SEED") or random.randrange(1_000_000))


def test_a_drill_with_every_fault_loses_nothing_doubles_nothing_and_explains_every_dead_letter(
    tmp_path: Path,
) -> None:
    key = tmp_path / "key.pem"
    private = Ed25519PrivateKey.generate()
    key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    folder = tmp_path / "report"
    command = [sys.executable, "-m", "muniment_ops", "chaos", "--json"]
    options = [
        *("--events", "250", "--seed", str(SEED), "--closely", "1"),
        *("--report", str(folder), "--keep", str(tmp_path / "kept")),
    ]
    drill = subprocess.run(
        [*command, *options],
        env={**os.environ, KEY_VARIABLE: str(key)},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert drill.returncode == 0, f"MUNIMENT_CHAOS_SEED={SEED}\n{drill.stderr}"
    report = orjson.loads(drill.stdout)
    assert report["verdict"] == "passed"
    assert report["shop"]["events"] > 150
    assert report["ecm"]["opened"] == report["ecm"]["documents"] > report["shop"]["events"] / 2
    reached = [row for row in report["crash_points"] if row["reached"]]
    assert {row["role"] for row in reached} == {"receive", "record", "render", "archive"}
    assert report["dead_letters"]["poison_given"] > 0
    for name in ("report.json", "report.html"):
        signature = Signature.from_json((folder / f"{name}.sig").read_bytes())
        assert signature.covers((folder / name).read_bytes())
        assert signature.public_key == private.public_key().public_bytes_raw()
