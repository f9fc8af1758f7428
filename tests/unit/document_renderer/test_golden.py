"""The bytes of documents are those recorded for this version of the template: no change goes unseen."""

from __future__ import annotations

import json

from tests.unit.document_renderer.golden import RECORD, record


def test_every_golden_document_has_the_bytes_recorded_for_this_template() -> None:
    recorded, made = json.loads(RECORD.read_text(encoding="utf-8")), record()
    assert made == recorded, (
        "Documents have other bytes than recorded. If that is meant, record them anew: "
        "python -m tests.unit.document_renderer.golden"
    )
