"""Whatever is done to the tree, and however often the server stops in between: nothing answered is lost."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

from hypothesis import settings
from hypothesis.stateful import rule

from muniment_sandbox.ecm.opening import opened
from muniment_sandbox.ecm.state import EcmState, FixedClock
from muniment_sandbox.ecm.state.entity_codec import encode
from tests.unit.sandbox_ecm.desk import Desk
from tests.unit.sandbox_ecm.test_tree_holds_together import TreeMachine


class RestartMachine(TreeMachine):
    """The same deeds on a server that keeps its state in a file and is begun anew now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.open = ExitStack()
        self.desk = self.begin()
        self.root = self.desk.folder("root")

    def begin(self) -> Desk:
        clock = FixedClock()
        state, credentials = self.open.enter_context(opened("demo", self.folder / "ecm.sqlite", clock=clock))
        return Desk.over(state, credentials, clock)

    def teardown(self) -> None:
        self.open.close()
        shutil.rmtree(self.folder)

    @rule()
    def restart(self) -> None:
        before = kept(self.desk.state)
        self.open.close()
        self.desk = self.begin()
        assert kept(self.desk.state) == before


def kept(state: EcmState) -> dict[str, dict[object, bytes]]:
    """Everything in the tables, as it is written down."""
    return {
        name: {key: encode(entity) for key, entity in table.items()}
        for name, table in state.ledger.tables.items()
    }


TestRestarts = RestartMachine.TestCase
TestRestarts.settings = settings(max_examples=8, stateful_step_count=15, deadline=None)
