from __future__ import annotations

from muniment_ops.chaos.dead_letters import DeadLetter, explain
from muniment_ops.chaos.poison import Poisoned


def letter(poison_id: str | None) -> DeadLetter:
    return DeadLetter("commerce.orders.dlq.document-renderer", poison_id, "undecodable", "UndecodableRecord")


def poison(id: str) -> Poisoned:
    return Poisoned(id, "commerce.orders", "noise")


def test_every_poison_with_its_letter_is_explained() -> None:
    explanation = explain([letter("1"), letter("2")], [poison("1"), poison("2")])
    assert explanation.findings == []
    assert (explanation.given, explanation.letters, explanation.repeated) == (2, 2, 0)


def test_a_letter_written_again_after_a_crash_is_counted_and_is_no_fault() -> None:
    explanation = explain([letter("1"), letter("1")], [poison("1")])
    assert explanation.findings == []
    assert explanation.repeated == 1


def test_a_letter_that_no_poison_explains_is_found() -> None:
    explanation = explain([letter(None), letter("9")], [])
    assert len(explanation.findings) == 2


def test_poison_that_vanished_is_found() -> None:
    (finding,) = explain([], [poison("1")]).findings
    assert "became no dead letter" in finding.what
