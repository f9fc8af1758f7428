"""How the broker's topics differ from their files: pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from muniment_contracts.topics import Topic
from muniment_kit.kafka.existing_topics import ExistingTopic
from muniment_kit.kafka.topics import TopicPlan
from muniment_ops.exit_codes import WrongUse

COMPARED = ("cleanup.policy", "retention.ms", "max.message.bytes")
_PARTITIONS = "partitions"


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting of one topic: what its file says and what the broker has."""

    name: str
    setting: str
    wanted: str
    found: str

    @property
    def sentence(self) -> str:
        """The difference for people."""
        return f"{self.setting} is {self.found}, its file says {self.wanted}"


@dataclass(frozen=True, slots=True)
class TopicFindings:
    """What is missing, what differs, and which topics look like ours but are in no file."""

    missing: list[TopicPlan]
    different: list[Difference]
    extra: list[str]

    @property
    def is_complete(self) -> bool:
        """Whether the services find every topic as its file says."""
        return not self.missing and not self.different


def compare(
    wanted: Collection[TopicPlan], there: Mapping[str, ExistingTopic], *, prefix: str
) -> TopicFindings:
    """Compare the topics that should be with those that are."""
    names = {plan.name for plan in wanted}
    return TopicFindings(
        missing=[plan for plan in wanted if plan.name not in there],
        different=[
            difference
            for plan in wanted
            if plan.name in there
            for difference in _differences(plan, there[plan.name])
        ],
        extra=sorted(name for name in there if name not in names and _looks_ours(name, prefix)),
    )


def refuse_repartitioning(findings: TopicFindings) -> None:
    """Raise ``WrongUse`` if a topic has another number of partitions: a change breaks the order of keys."""
    for different in findings.different:
        if different.setting == _PARTITIONS:
            raise WrongUse(
                f"{different.name} has {different.found} partitions and its file says {different.wanted}. "
                "Changing that would send a key's later events to another partition and break their order. "
                "docs/how-to/scale-a-role.md has two ways that keep the order; else correct the file."
            )


def _differences(plan: TopicPlan, found: ExistingTopic) -> list[Difference]:
    pairs = [(_PARTITIONS, str(plan.partitions), str(found.partitions))]
    pairs += [(key, plan.config[key], found.config.get(key, "unknown")) for key in COMPARED]
    return [Difference(plan.name, setting, wanted, has) for setting, wanted, has in pairs if wanted != has]


def _looks_ours(name: str, prefix: str) -> bool:
    """Say whether a topic belongs to us: below our prefix, or derived from one of our topics."""
    return bool(prefix) or any(name.startswith(f"{topic}.") for topic in Topic)
