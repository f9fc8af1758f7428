"""veraPDF, the industry's validator, finds every kind of document to be PDF/A-3a and PDF/UA-1."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.document_renderer.golden import documents

ROOT = Path(__file__).parents[3]


@pytest.mark.timeout(300)
def test_every_kind_of_document_is_pdf_a_3a_and_pdf_ua_1(tmp_path: Path) -> None:
    files = []
    for number, (name, content) in enumerate(documents().items()):
        if not name.endswith("source event"):
            path = tmp_path / f"{number}.pdf"
            path.write_bytes(content)
            files.append(str(path))
    verdicts = _verdicts(files)
    assert len(verdicts) == 2 * len(files) > 0
    assert [verdict for verdict in verdicts if not verdict["compliant"]] == []


@pytest.mark.timeout(300)
def test_the_validator_finds_fault_with_a_file_that_lost_its_claim(tmp_path: Path) -> None:
    content = documents()["payment record"]
    assert b"pdfaid:part" in content
    path = tmp_path / "damaged.pdf"
    path.write_bytes(content.replace(b"pdfaid:part", b"pdfaid:trap"))
    assert not all(verdict["compliant"] for verdict in _verdicts([str(path)]))


def _verdicts(files: list[str]) -> list[dict[str, object]]:
    command = [sys.executable, "-m", "tests.verapdf", *files]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)
    assert finished.returncode == 0, finished.stderr
    return [json.loads(line) for line in finished.stdout.splitlines()]
