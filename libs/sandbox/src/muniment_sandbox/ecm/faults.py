"""Trouble on request: switched at run time, by path, method, rate and number, or by a header of one request.

A fault in words is ``kind=value;option=value``: ``status=503;times=2;path=/v2/nodes*;method=POST``.

==================  ==========================================================================================
``latency=50``      wait 50 ms first; ``latency=20-80`` uniform; ``latency=~40`` log-normal with that median
``stall=5``         wait 5 s first
``status=503``      answer that status and do nothing; ``status=429;retry_after=2``
``html=500``        the same with an HTML page, as an overloaded server answers
``cut``             close the connection and do nothing
``cut-after``       do what was asked, then close the connection: the answer is lost after the change
``truncate``        do what was asked, send half the answer, close
``slow-body=2``     do what was asked, take 2 s to send the answer
``expire-tickets``  void every ticket and token, then go on
``clock=3600``      move the server's clock, then go on
``stale-search=30`` from now on the search index learns of changes 30 s late, then go on
==================  ==========================================================================================

Options: ``method``, ``path`` (glob over the path after ``/api``), ``rate`` (0 to 1), ``times``, ``skip``
(let the first ones pass), ``retry_after``.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

KINDS = frozenset({
    "clock", "cut", "cut-after", "expire-tickets", "html", "latency", "slow-body", "stale-search", "stall",
    "status", "truncate",
})  # fmt: skip
_SIGMA = 0.6


@dataclass(slots=True)
class Fault:
    """One switch. ``times`` counts down as it acts; at 0 it is off."""

    kind: str
    value: str = ""
    method: str = "*"
    path: str = "*"
    rate: float = 1.0
    times: int | None = None
    skip: int = 0
    retry_after: int | None = None
    acted: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            message = f"'{self.kind}' is no kind of fault; there are {', '.join(sorted(KINDS))}"
            raise ValueError(message)
        if self.kind in ("status", "html", "stall", "slow-body", "stale-search", "clock"):
            float(self.value or "500")
        if self.kind == "latency":
            _latency_s(self.value, random.Random(0))  # noqa: S311 - only tries whether the value can be read


@dataclass(slots=True)
class Plan:
    """What happens to one request."""

    delay_s: float = 0.0
    status: int | None = None
    is_html: bool = False
    retry_after: int | None = None
    cut_before: bool = False
    cut_after: bool = False
    truncate: bool = False
    body_s: float = 0.0
    expire: bool = False
    clock_offset_s: float | None = None
    search_lag_s: float | None = None


@dataclass(slots=True)
class Faults:
    """All switches. The same ``seed`` gives the same rate and latency decisions."""

    seed: int = 0
    active: list[Fault] = field(default_factory=list)
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - repeatable, nothing secret

    def add(self, fault: Fault | str) -> Fault:
        """Switch a fault on; it may be given in words."""
        fault = parse_fault(fault) if isinstance(fault, str) else fault
        self.active.append(fault)
        return fault

    def clear(self) -> None:
        self.active.clear()

    def plan(self, method: str, path: str, header: str = "") -> Plan | None:
        """Decide what happens to a request; ``None`` when nothing does."""
        own = [parse_fault(text) for text in header.split(",") if text.strip()]
        if not own and not self.active:
            return None
        plan = Plan()
        for fault in [*own, *self.active]:
            if self._acts(fault, method, path):
                self._put(fault, plan)
        return plan

    def _acts(self, fault: Fault, method: str, path: str) -> bool:
        if fault.times == 0 or fault.method not in ("*", method) or not fnmatchcase(path, fault.path):
            return False
        if fault.skip > 0:
            fault.skip -= 1
            return False
        if fault.rate < 1.0 and self._random.random() >= fault.rate:
            return False
        if fault.times is not None:
            fault.times -= 1
        fault.acted += 1
        return True

    def _put(self, fault: Fault, plan: Plan) -> None:
        match fault.kind:
            case "latency" | "stall":
                is_stall = fault.kind == "stall"
                plan.delay_s += (
                    float(fault.value or "5") if is_stall else _latency_s(fault.value, self._random)
                )
            case "status" | "html" if plan.status is None:
                plan.status = int(fault.value or "500")
                plan.is_html = fault.kind == "html"
                plan.retry_after = fault.retry_after
            case "cut":
                plan.cut_before = True
            case "cut-after":
                plan.cut_after = True
            case "truncate":
                plan.truncate = True
            case "slow-body":
                plan.body_s = float(fault.value or "2")
            case "expire-tickets":
                plan.expire = True
            case "clock":
                plan.clock_offset_s = float(fault.value or "0")
            case "stale-search":
                plan.search_lag_s = float(fault.value or "30")


def parse_fault(text: str) -> Fault:
    """Read a fault in words; ``ValueError`` says what is wrong with it."""
    head, *options = [part.strip() for part in text.strip().split(";")]
    kind, _, value = head.partition("=")
    given: dict[str, str] = {}
    for option in options:
        name, _, setting = option.partition("=")
        given[name.strip()] = setting.strip()
    return fault_of({"kind": kind.strip(), "value": value.strip(), **given})


def fault_of(given: Mapping[str, Any]) -> Fault:
    """Read a fault from JSON or from words already split; ``ValueError`` says what is wrong with it."""
    unknown = set(given) - {
        "kind",
        "value",
        "method",
        "path",
        "rate",
        "times",
        "skip",
        "retry_after",
        "acted",
    }
    if unknown:
        message = f"unknown options of a fault: {', '.join(sorted(unknown))}"
        raise ValueError(message)
    numbers = {
        name: None if given.get(name) in (None, "") else int(given[name]) for name in ("times", "retry_after")
    }
    return Fault(
        kind=str(given.get("kind", "")),
        value=str(given.get("value", "")),
        method=str(given.get("method", "*")).upper(),
        path=str(given.get("path", "*")),
        rate=float(given.get("rate", 1.0)),
        skip=int(given.get("skip", 0)),
        times=numbers["times"],
        retry_after=numbers["retry_after"],
    )


def faults_of(given: Iterable[str], seed: int = 0) -> Faults:
    """The switches of a command line."""
    faults = Faults(seed)
    for text in given:
        faults.add(text)
    return faults


def _latency_s(value: str, chance: random.Random) -> float:
    if value.startswith("~"):
        return float(value[1:]) * chance.lognormvariate(0.0, _SIGMA) / 1000
    low, dash, high = value.partition("-")
    return (chance.uniform(float(low), float(high)) if dash else float(low or "0")) / 1000
