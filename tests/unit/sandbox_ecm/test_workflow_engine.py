"""Whatever people do with a process, in whatever order: its rules hold."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from muniment_sandbox.ecm.state import Refused
from muniment_sandbox.ecm.state import workflow_engine as engine
from muniment_sandbox.ecm.state.definitions import CategoryDefinition
from muniment_sandbox.ecm.state.workflow_maps import AttributeWrite, Disposition, Step, WorkflowMap
from muniment_sandbox.ecm.state.workflow_processes import Activity, Deed, Process, Standing

MEMBERS = st.sampled_from([10, 11, 12])
WRITES = (AttributeWrite("Category", "Attribute", "value"),)
LOOP = (
    Step(1, "Review", "A", dispositions=(
        Disposition("Approve", "Approve", (3,)), Disposition("Ask", "Ask", (2,)), Disposition("End", "End"),
    )),
    Step(2, "Answer", "B", leads_to=(1,)),
    Step(3, "Record", writes=WRITES),
)  # fmt: skip
JOIN = (
    Step(1, "One", "A", leads_to=(3,)),
    Step(2, "Two", "B", leads_to=(3,)),
    Step(3, "Both", "A", waits_for=(1, 2), dispositions=(
        Disposition("Approve", "Approve"), Disposition("Again", "Again", (1, 2)),
    )),
)  # fmt: skip
ENDED = {Standing.STOPPED, Standing.COMPLETED, Standing.ARCHIVED}


class ProcessMachine(RuleBasedStateMachine):
    """Acts on open and on finished tasks alike; the engine must refuse what is not allowed."""

    @initialize(steps=st.sampled_from([LOOP, JOIN]))
    def start(self, steps: tuple[Step, ...]) -> None:
        first = (1,) if steps is LOOP else (1, 2)
        self.drawn = WorkflowMap(
            1, "Map", steps, CategoryDefinition(1, "Map"), {"A": 10, "B": 11}, first=first
        )
        self.process = Process(100, 1, "Title", 12, 1000, 5)
        self.now = 1000
        engine.start(self.process, self.drawn, "")
        engine.settle(self.process, self.now)
        self.seen: list[Activity] = list(self.process.history)
        self.ended = False

    @rule(
        number=st.integers(0, 30), by=MEMBERS, key=st.sampled_from(["Approve", "Ask", "End", "Again", "Odd"])
    )
    def decide(self, number: int, by: int, key: str) -> None:
        task = self.process.tasks[number % len(self.process.tasks)]
        may = task.is_open and self.process.standing is Standing.RUNNING and not task.asker_id
        known = self.drawn.step(task.step_id).disposition(key) is not None
        with self.attempt(allowed=may and known):
            engine.decide(self.process, self.drawn, task, by, key, "why", self.now)
            engine.settle(self.process, self.now)

    @rule(number=st.integers(0, 30), by=MEMBERS)
    def send_on(self, number: int, by: int) -> None:
        task = self.process.tasks[number % len(self.process.tasks)]
        may = task.is_open and self.process.standing is Standing.RUNNING
        plain = not self.drawn.step(task.step_id).dispositions
        with self.attempt(allowed=may and (plain or bool(task.asker_id))):
            engine.send_on(self.process, self.drawn, task, by, "done", self.now)
            engine.settle(self.process, self.now)

    @rule(number=st.integers(0, 30), by=MEMBERS, to=MEMBERS, review=st.booleans())
    def hand_over(self, number: int, by: int, to: int, review: bool) -> None:
        task = self.process.tasks[number % len(self.process.tasks)]
        may = task.is_open and self.process.standing is Standing.RUNNING
        with self.attempt(allowed=may and not (review and task.asker_id)):
            hand = engine.ask_for_review if review else engine.delegate
            hand(self.process, task, by, to, "please", self.now)

    @rule(change=st.sampled_from(["suspend", "resume", "stop", "archive", "explode"]), by=MEMBERS)
    def manage(self, change: str, by: int) -> None:
        before = self.process.standing
        allowed = {
            "suspend": {Standing.RUNNING},
            "resume": {Standing.SUSPENDED},
            "stop": {Standing.RUNNING, Standing.SUSPENDED},
            "archive": {Standing.COMPLETED, Standing.STOPPED},
        }.get(change, set())
        with self.attempt(allowed=before in allowed):
            engine.change_standing(self.process, change, by, self.now)

    def attempt(self, *, allowed: bool) -> _Attempt:
        self.now += 1
        return _Attempt(self.process, allowed)

    @invariant()
    def no_task_is_without_an_assignee(self) -> None:
        assert all(task.performer_id > 0 for task in self.process.tasks)

    @invariant()
    def a_step_is_open_once_and_a_finished_process_has_nothing_open(self) -> None:
        open_steps = [task.step_id for task in self.process.open_tasks]
        assert len(open_steps) == len(set(open_steps))
        if self.process.standing is Standing.COMPLETED:
            assert not open_steps
        if self.process.standing in (Standing.RUNNING, Standing.SUSPENDED):
            assert open_steps

    @invariant()
    def each_round_of_a_step_is_finished_once(self) -> None:
        finished = [task for task in self.process.tasks if task.done_at is not None]
        people = [one for one in finished if not self.drawn.step(one.step_id).is_automatic]
        deeds = [one for one in self.process.history if one.deed in (Deed.DISPOSITION, Deed.SEND_ON)]
        assert len(deeds) == len(people)
        rounds = [(task.step_id, task.round) for task in self.process.tasks]
        assert len(rounds) == len(set(rounds))

    @invariant()
    def history_only_grows(self) -> None:
        assert self.process.history[: len(self.seen)] == self.seen
        self.seen = list(self.process.history)

    @invariant()
    def what_has_ended_stays_so(self) -> None:
        self.ended = self.ended or self.process.standing in ENDED
        assert not self.ended or self.process.standing in ENDED


class _Attempt:
    """Something tried: when it is not allowed it must be refused, and change nothing."""

    def __init__(self, process: Process, allowed: bool) -> None:
        self._process, self._allowed = process, allowed
        self._before = repr(process)

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        if kind is not None and not issubclass(kind, Refused):
            return False
        assert (kind is None) is self._allowed
        assert self._allowed or repr(self._process) == self._before
        return True


TestProcess = ProcessMachine.TestCase
TestProcess.settings = settings(max_examples=60, stateful_step_count=25)
