"""What goes wrong and when: the whole schedule of a drill from its seed, before anything runs. Pure.

A drill is a row of waves. Each wave is a morning of the shop during which roles die at named points of their
loop (arms) and other trouble comes at given moments (injections). The same number of events, seed and
families give the same schedule.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from random import Random

import orjson

from muniment_kit.crash_points import CrashPoint


class Family(StrEnum):
    """The kinds of trouble that can be asked for."""

    CRASH = "crash"
    CLOCK = "clock"
    REBALANCE = "rebalance"
    FREEZE = "freeze"
    BROKER = "broker"
    NETWORK = "network"
    ECM = "ecm"
    SHOP = "shop"
    POISON = "poison"


_LOOP = (
    CrashPoint.BEFORE_HANDLER,
    CrashPoint.AFTER_HANDLER,
    CrashPoint.BEFORE_PUBLISH,
    CrashPoint.AFTER_PUBLISH,
    CrashPoint.BEFORE_DEAD_LETTER,
    CrashPoint.AFTER_DEAD_LETTER,
    CrashPoint.BEFORE_COMMIT,
    CrashPoint.AFTER_COMMIT,
)
_PARKING = (CrashPoint.BEFORE_PARKING, CrashPoint.AFTER_PARKING)
#: Which points each role passes: the matrix that a full drill covers.
POINTS: Mapping[str, Sequence[CrashPoint]] = {
    "receive": (CrashPoint.BEFORE_PUBLISH, CrashPoint.AFTER_PUBLISH),
    "record": (*_LOOP, *_PARKING),
    "render": _LOOP,
    "archive": (
        *_LOOP,
        *_PARKING,
        CrashPoint.BEFORE_EFFECT,
        CrashPoint.AFTER_PLACEMENT,
        CrashPoint.AFTER_EFFECT,
        CrashPoint.BEFORE_READ_BACK,
        CrashPoint.AFTER_READ_BACK,
    ),
}
CONSUMERS = ("record", "render", "archive")
PEERS = ("kafka", "ecm", "shop", "hooks")

#: What the shop's stories tell on average: events (hooks, each counted once) and steps of an order.
EVENTS_AN_ORDER = 8.2
STEPS_AN_ORDER = 2.57
EVENTS_A_WAVE = 400
STEPS_PER_S = 40.0
SHORTEST_WAVE_S = 15.0
#: Waves in which each role dies once are enough to cover every point.
WAVES_FOR_EVERY_POINT = max(len(points) for points in POINTS.values())

DEAD_LETTER_POINTS = frozenset({CrashPoint.BEFORE_DEAD_LETTER, CrashPoint.AFTER_DEAD_LETTER})
PARKING_POINTS = frozenset(_PARKING)
_SELDOM = frozenset({CrashPoint.BEFORE_COMMIT, CrashPoint.AFTER_COMMIT})
_MAX_ORDERS_A_WAVE = 5_000


@dataclass(frozen=True, slots=True)
class Arm:
    """One life of a role: begun by SIGKILL of the one before, and ended at ``point`` if there is one.

    ``clock_offset_s`` is how far its wall clock is off; ``is_static`` gives it a name in its group.
    """

    role: str
    point: CrashPoint | None = None
    nth: int = 1
    clock_offset_s: float = 0.0
    is_static: bool = False


@dataclass(frozen=True, slots=True)
class Injection:
    """Trouble of one ``kind`` for ``target`` at the share ``at`` of its wave.

    ``amount`` is how long, in seconds, or how often.
    """

    at: float
    family: Family
    kind: str
    target: str
    amount: float


@dataclass(frozen=True, slots=True)
class Wave:
    """One morning with its trouble. The arms of one role are lived one after another."""

    number: int
    orders: int
    seed: int
    arms: tuple[Arm, ...]
    injections: tuple[Injection, ...]

    @property
    def seconds(self) -> float:
        """How long the shop takes to play it, about."""
        lives = Counter(arm.role for arm in self.arms)
        return max(SHORTEST_WAVE_S * max(lives.values(), default=1), self.steps / STEPS_PER_S)

    @property
    def steps(self) -> float:
        """How many things happen in the shop, about."""
        return self.orders * STEPS_AN_ORDER


@dataclass(frozen=True, slots=True)
class Schedule:
    """Everything that a drill will do."""

    events: int
    seed: int
    families: tuple[Family, ...]
    waves: tuple[Wave, ...]

    @property
    def digest(self) -> str:
        """The SHA-256 of the schedule: two drills with the same one were asked to do the same."""
        return hashlib.sha256(orjson.dumps(asdict(self), option=orjson.OPT_SORT_KEYS)).hexdigest()

    @property
    def injections(self) -> int:
        """How many arms and injections there are."""
        return sum(len(wave.arms) + len(wave.injections) for wave in self.waves)


def make_schedule(events: int, seed: int, families: Collection[Family] = tuple(Family)) -> Schedule:
    """Return the schedule of a drill with about ``events`` events and trouble of ``families``."""
    chance = Random(seed)  # noqa: S311 - repeatable, nothing secret
    chosen = tuple(family for family in Family if family in families)
    waves = _wave_count(events)
    orders = max(1, round(events / EVENTS_AN_ORDER / waves))
    arms = _arms(chance, chosen, waves)
    made = tuple(
        Wave(
            number + 1,
            min(orders, _MAX_ORDERS_A_WAVE),
            chance.randrange(1 << 31),
            arms[number],
            tuple(_injections(chance, chosen)),
        )
        for number in range(waves)
    )
    return Schedule(events, seed, chosen, made)


def _wave_count(events: int) -> int:
    """A small drill has waves as its events allow; one that covers every point has longer waves instead."""
    waves = max(1, round(events / EVENTS_A_WAVE))
    longest = events / EVENTS_AN_ORDER / _MAX_ORDERS_A_WAVE
    return max(min(waves, max(WAVES_FOR_EVERY_POINT, round(events / 2000))), int(longest) + (longest > 1))


def _arms(chance: Random, families: Collection[Family], waves: int) -> list[tuple[Arm, ...]]:
    """Deal every role's points to the waves; where there are fewer waves than points, two a wave at most."""
    dealt: list[list[Arm]] = [[] for _ in range(waves)]
    if Family.CRASH in families:
        for role, points in POINTS.items():
            shuffled = chance.sample(points, len(points))
            a_wave = 1 if waves >= len(points) else 2
            for number in range(waves):
                for place in range(a_wave):
                    point = shuffled[(number * a_wave + place) % len(points)]
                    if point in DEAD_LETTER_POINTS and Family.POISON not in families:
                        continue
                    dealt[number].append(_arm(chance, role, point))
    if Family.CLOCK in families:
        for number in range(waves):
            offset_s = chance.choice((-1, 1)) * chance.choice((90.0, 3600.0, 86_400.0, 40 * 86_400.0))
            dealt[number].append(Arm(chance.choice(tuple(POINTS)), clock_offset_s=offset_s))
    return [tuple(arms) for arms in dealt]


def _arm(chance: Random, role: str, point: CrashPoint) -> Arm:
    nth = (
        1
        if point in DEAD_LETTER_POINTS | PARKING_POINTS
        else chance.randint(1, 3 if point in _SELDOM else 12)
    )
    return Arm(role, point, nth, is_static=role != "receive" and chance.random() < 0.3)


def _injections(chance: Random, families: Collection[Family]) -> list[Injection]:
    found = [
        Injection(chance.uniform(0.05, 0.9), family, *dealt)
        for family in families
        if family in _DEALS
        for dealt in _DEALS[family](chance)
    ]
    return sorted(found, key=lambda each: (each.at, each.family, each.kind, each.target))


_Dealt = tuple[str, str, float]


def _rebalance(chance: Random) -> list[_Dealt]:
    role = chance.choice(CONSUMERS)
    leaving = chance.choice(("second-instance-leaves", "second-instance-killed"))
    return [("churn", chance.choice(CONSUMERS), chance.uniform(3, 5)), (leaving, role, chance.uniform(2, 4))]


def _freeze(chance: Random) -> list[_Dealt]:
    return [("frozen-past-its-session", chance.choice(CONSUMERS), chance.uniform(1, 3))]


def _broker(chance: Random) -> list[_Dealt]:
    return [("killed-and-restarted", "kafka", chance.uniform(0.2, 3))]


def _network(chance: Random) -> list[_Dealt]:
    kinds = ("cut", "stall", "half-open", "slow", "refuse")
    first, second = chance.sample(PEERS, 2)
    return [(chance.choice(kinds), peer, chance.uniform(0.5, 4)) for peer in (first, second)]


def _ecm(chance: Random) -> list[_Dealt]:
    kinds = ("lost-answers", "stalls", "errors-500", "errors-503", "half-answers", "expired-tickets")
    dealt = [(kind, "ecm", float(chance.randint(3, 12))) for kind in chance.sample(kinds, 3)]
    return [*dealt, ("outage", "ecm", chance.uniform(2, 5))]


def _shop(chance: Random) -> list[_Dealt]:
    kinds = ("errors", "throttled", "unauthorized", "slow", "expired-tokens")
    return [(kind, "shop", chance.uniform(1, 3)) for kind in chance.sample(kinds, 2)]


def _poison(chance: Random) -> list[_Dealt]:
    return [("records", chance.choice(CONSUMERS), 1.0), ("records", chance.choice(CONSUMERS), 2.0)]


_DEALS = {
    Family.REBALANCE: _rebalance,
    Family.FREEZE: _freeze,
    Family.BROKER: _broker,
    Family.NETWORK: _network,
    Family.ECM: _ecm,
    Family.SHOP: _shop,
    Family.POISON: _poison,
}
