"""The desk every test of this folder sits at."""

from __future__ import annotations

import pytest

from tests.unit.sandbox_ecm.desk import Desk
from tests.unit.sandbox_ecm.workflow_desk import WorkflowDesk


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def flow(desk: Desk) -> WorkflowDesk:
    return WorkflowDesk(desk)
