"""The desk every test of this folder sits at."""

from __future__ import annotations

import pytest

from tests.unit.sandbox_ecm.desk import Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()
