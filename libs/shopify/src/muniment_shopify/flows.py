"""The flows as data: which scopes, hooks and operations each needs in a shop. ``flows.toml`` says it."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One flow. ``reads`` and ``writes`` are scopes, each a choice of which one is enough.

    ``reads`` is what recording the flow needs, ``writes`` what acting needs. ``topics`` as hooks name them.
    """

    name: str
    title: str
    reads: tuple[tuple[str, ...], ...]
    writes: tuple[tuple[str, ...], ...]
    optional: tuple[str, ...]
    topics: tuple[str, ...]
    operations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WantedHook:
    """A hook to be subscribed to: its topic as headers write it, and the filter that Shopify demands."""

    topic: str
    filter: str | None = None


@dataclass(frozen=True, slots=True)
class MissingScope:
    """What a flow lacks; any one of ``choices`` is enough."""

    flow: Flow
    choices: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the scope, or the choice, as people read it."""
        return " or ".join(self.choices)


def flows_named(names: Iterable[str]) -> tuple[Flow, ...]:
    """Return the flows in the order of the file. Raises ``ValueError`` with a sentence for an unknown one."""
    wanted = set(names)
    unknown = sorted(wanted - FLOWS.keys())
    if unknown:
        raise ValueError(f"there is no flow {', '.join(unknown)}; choose from {', '.join(FLOWS)}")
    return tuple(flow for flow in FLOWS.values() if flow.name in wanted)


def missing_scopes(
    granted: Collection[str], flows: Iterable[Flow], *, to_act: bool = False
) -> list[MissingScope]:
    """Return what each flow lacks to be recorded and, with ``to_act``, to be acted on; writing includes
    reading.
    """
    return [
        MissingScope(flow, choices)
        for flow in flows
        for choices in (*flow.reads, *(flow.writes if to_act else ()))
        if not any(_opens(granted, scope) for scope in choices)
    ]


def wanted_hooks(flows: Iterable[Flow]) -> tuple[WantedHook, ...]:
    """Return the hooks that ``flows`` hear, and those heard always, each once; not those of privacy law."""
    topics = dict.fromkeys((*ALWAYS, *(topic for flow in flows for topic in flow.topics)))
    return tuple(WantedHook(topic, _FILTERS.get(topic)) for topic in topics)


def scopes_of(flows: Sequence[Flow], *, to_act: bool = True) -> tuple[str, ...]:
    """Return all scopes that ``flows`` can use, each once, with every choice and what is optional."""
    scopes: dict[str, None] = {}
    for flow in flows:
        for choices in (*flow.reads, *(flow.writes if to_act else ())):
            scopes |= dict.fromkeys(choices)
        scopes |= dict.fromkeys(scope for scope in flow.optional if to_act or scope.startswith("read_"))
    return tuple(sorted(scopes))


def _opens(granted: Collection[str], scope: str) -> bool:
    return scope in granted or (scope.startswith("read_") and f"write_{scope[5:]}" in granted)


def _flow(name: str, told: Mapping[str, Any]) -> Flow:
    return Flow(
        name=name,
        title=told["title"],
        reads=tuple(_choices(text) for text in told["reads"]),
        writes=tuple(_choices(text) for text in told["writes"]),
        optional=tuple(told.get("optional", ())),
        topics=tuple(told["topics"]),
        operations=tuple(told["operations"]),
    )


def _choices(text: str) -> tuple[str, ...]:
    return tuple(scope.strip() for scope in text.split("|"))


_TOLD = tomllib.loads(resources.files("muniment_shopify").joinpath("flows.toml").read_text(encoding="utf-8"))
_FILTERS: Mapping[str, str] = _TOLD["filters"]
ALWAYS: tuple[str, ...] = tuple(_TOLD["always"])
PRIVACY_TOPICS: tuple[str, ...] = tuple(_TOLD["privacy"])
"""Topics of privacy law, which only ``shopify.app.toml`` subscribes to."""
FLOWS: Mapping[str, Flow] = MappingProxyType(
    {name: _flow(name, told) for name, told in _TOLD["flows"].items()}
)
"""Every flow by its name."""
