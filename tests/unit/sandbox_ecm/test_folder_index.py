"""The index of a container against the plainest model of it."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from muniment_sandbox.ecm.state import folder_index
from muniment_sandbox.ecm.state.folder_index import FolderIndex, fold

NAMES = st.text(st.sampled_from("aAbBßéÉ 1-"), min_size=1, max_size=6)


class FolderMachine(RuleBasedStateMachine):
    """Adds and removes names; every question is also asked of a dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self.block_names = folder_index.BLOCK_NAMES
        folder_index.BLOCK_NAMES = 3
        self.index = FolderIndex()
        self.model: dict[str, tuple[int, str, int]] = {}
        self.next_id = 1

    def teardown(self) -> None:
        folder_index.BLOCK_NAMES = self.block_names

    @rule(name=NAMES, subtype=st.sampled_from([0, 144]))
    def add(self, name: str, subtype: int) -> None:
        if fold(name) in self.model:
            return
        self.index.add(name, self.next_id, subtype)
        self.model[fold(name)] = (self.next_id, name, subtype)
        self.next_id += 1

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        if self.model:
            folded = data.draw(st.sampled_from(sorted(self.model)))
            _, name, subtype = self.model.pop(folded)
            self.index.remove(name, subtype)

    @rule(part=NAMES)
    def search(self, part: str) -> None:
        expected = [one[0] for folded, one in sorted(self.model.items()) if fold(part) in folded]
        assert self.index.containing(part) == expected

    @rule(name=NAMES)
    def look_up(self, name: str) -> None:
        expected = self.model.get(fold(name))
        assert self.index.find(name) == (expected[0] if expected else None)

    @rule(start=st.integers(0, 5), length=st.integers(1, 4))
    def page(self, start: int, length: int) -> None:
        ordered = [one[0] for _, one in sorted(self.model.items())]
        assert self.index.slice(start, start + length) == ordered[start : start + length]
        backwards = ordered[::-1]
        assert self.index.slice(start, start + length, descending=True) == backwards[start : start + length]

    @invariant()
    def counts_agree(self) -> None:
        assert len(self.index) == len(self.model)
        assert self.index.types.total() == len(self.model)


TestFolderIndex = FolderMachine.TestCase
TestFolderIndex.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
