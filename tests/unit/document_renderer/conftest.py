"""Fixtures of the renderer's tests."""

from __future__ import annotations

import pytest

from tests.unit.document_renderer.desk import Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()
