"""Every dead letter of a drill must be explained by a poison that was given, and every poison by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from muniment_contracts.topics import dead_letter_topic, describe
from muniment_kit.kafka.follower import Follower
from muniment_kit.settings import KitSettings
from muniment_ops.chaos.judgement import Finding
from muniment_ops.chaos.poison import HEADER, TOPICS, Poisoned

_SILENCE_S = 1.5


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """What is needed of one dead letter: where it lies, whose poison it is, and why it died."""

    topic: str
    poison_id: str | None
    reason: str
    error: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """How dead letters and poison match; ``repeated`` letters were written again after a crash."""

    given: int
    letters: int
    repeated: int
    by_reason: Counter[str]
    findings: Sequence[Finding]


async def read_dead_letters(kit: KitSettings) -> list[DeadLetter]:
    """Return every dead letter there is."""
    names = [
        dead_letter_topic(topic, consumer)
        for topics in TOPICS.values()
        for topic in topics
        for consumer in describe(topic).consumers
    ]
    found: list[DeadLetter] = []
    async with Follower(kit, topics=names, name="muniment-chaos") as follower:
        while records := await follower.poll(timeout_s=_SILENCE_S):
            for record in records:
                headers = {name: (value or b"").decode("utf-8", "replace") for name, value in record.headers}
                found.append(
                    DeadLetter(
                        record.topic,
                        headers.get(HEADER),
                        headers.get("dlq_reason", ""),
                        headers.get("dlq_error_class", ""),
                    )
                )
    return found


def explain(letters: Sequence[DeadLetter], given: Iterable[Poisoned]) -> Explanation:
    """Match dead letters with the poison that was given. Pure."""
    poison = {each.id: each for each in given}
    findings = [
        Finding(
            "-", f"a dead letter on {letter.topic} that no poison explains: {letter.reason} ({letter.error})"
        )
        for letter in letters
        if letter.poison_id is None or letter.poison_id not in poison
    ]
    dead = {letter.poison_id for letter in letters}
    findings += [
        Finding("-", f"the poison {each.id} ({each.form}) on {each.topic} became no dead letter")
        for each in poison.values()
        if each.id not in dead
    ]
    explained = [letter for letter in letters if letter.poison_id in poison]
    return Explanation(
        given=len(poison),
        letters=len(letters),
        repeated=len(explained) - len({letter.poison_id for letter in explained}),
        by_reason=Counter(letter.reason for letter in letters),
        findings=findings,
    )
