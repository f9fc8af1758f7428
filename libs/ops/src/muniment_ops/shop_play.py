"""Plays the life of a shop: tells a running shop sandbox, at a rate, what befalls it."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from muniment_ops.exit_codes import NotReachable, WrongUse

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(s|m|h|)")
_UNITS_S = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}
_ANSWER_S = 10.0
_LOOK_S = 1.0
_SETTLING_LOOK_S = 0.1


def parse_mix(text: str, known: Mapping[str, object]) -> dict[str, float]:
    """Read ``orders=60,returns=10``: the share of each occasion. Raises WrongUse."""
    mix: dict[str, float] = {}
    for part in text.split(","):
        name, _, share = part.strip().partition("=")
        if name not in known:
            raise WrongUse(f"There is no occasion {name!r}; choose from {', '.join(sorted(known))}.")
        if not re.fullmatch(r"\d+(\.\d+)?", share):
            raise WrongUse(f"A share is written name=number, not {part.strip()!r}.")
        mix[name] = mix.get(name, 0.0) + float(share)
    if not sum(mix.values()) > 0:
        raise WrongUse("A mix has at least one share above 0.")
    return mix


def parse_duration_s(text: str) -> float:
    """Read ``90s``, ``5m`` or ``1h`` as seconds. Raises WrongUse."""
    found = _DURATION.fullmatch(text.strip())
    if found is None or float(found[1]) <= 0:
        raise WrongUse(f"A duration is written 90s, 5m or 1h, not {text!r}.")
    return float(found[1]) * _UNITS_S[found[2]]


@dataclass(frozen=True)
class Score:
    """What is to be played. The same score tells the same steps, whatever the machine."""

    rate: float
    duration_s: float
    mix: Mapping[str, float]
    seed: int

    @property
    def steps(self) -> int:
        return max(1, round(self.rate * self.duration_s))

    def occasions(self) -> Iterator[tuple[str, str]]:
        """Yield the name and the seed of every step."""
        chance = random.Random(f"play/{self.seed}")  # noqa: S311 - it must repeat, nothing is secret
        names, shares = list(self.mix), list(self.mix.values())
        for place in range(self.steps):
            yield chance.choices(names, shares)[0], f"{self.seed}/{place}"


@dataclass
class Played:
    """What has been played so far. ``idle`` counts steps for which there was nothing to do; ``hooks`` are
    the shop's counts since the beginning.
    """

    done: Counter[str] = field(default_factory=Counter)
    idle: Counter[str] = field(default_factory=Counter)
    hooks: dict[str, int] = field(default_factory=dict)
    elapsed_s: float = 0.0
    is_whole: bool = False

    @property
    def steps(self) -> int:
        return self.done.total() + self.idle.total()

    def as_dict(self, score: Score) -> dict[str, object]:
        """Return the summary for programs."""
        return {
            "steps": self.steps,
            "planned": score.steps,
            "finished": self.is_whole,
            "seed": score.seed,
            "rate": score.rate,
            "reached_rate": round(self.steps / self.elapsed_s, 2) if self.elapsed_s else 0.0,
            "elapsed_s": round(self.elapsed_s, 3),
            "occasions": dict(sorted(self.done.items())),
            "nothing_to_do": dict(sorted(self.idle.items())),
            "hooks": self.hooks,
        }


async def play_shop(
    url: str,
    score: Score,
    played: Played,
    *,
    settle_s: float = 10.0,
    on_step: Callable[[str, str], None] = lambda _name, _words: None,
) -> None:
    """Play the score on the shop at ``url``, one step after another, and fill ``played`` meanwhile.

    ``on_step`` hears the name of the occasion and what happened. At the end hooks that are on their way are
    waited for, ``settle_s`` at most. Raises WrongUse for an address that is none, NotReachable where no shop
    sandbox answers.
    """
    if not re.match(r"https?://[^/]", url):
        raise WrongUse(f"{url!r} is no address of a shop sandbox: write it like http://127.0.0.1:8081.")
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_ANSWER_S)) as session:
        shop = _Shop(session, url.rstrip("/"))
        before = await shop.hooks()
        began = looked = time.monotonic()
        for place, (name, seed) in enumerate(score.occasions()):
            await asyncio.sleep(max(0.0, began + place / score.rate - time.monotonic()))
            told = await shop.ask("POST", f"/_sandbox/occasions/{name}", {"seed": seed})
            (played.done if told["done"] else played.idle)[name] += 1
            played.elapsed_s = time.monotonic() - began
            on_step(name, told["words"])
            if time.monotonic() - looked > _LOOK_S:
                looked = time.monotonic()
                played.hooks = _since(before, await shop.hooks())
        played.is_whole = True
        until = time.monotonic() + settle_s
        while True:
            played.hooks = _since(before, await shop.hooks())
            if played.hooks["pending"] == 0 or time.monotonic() > until:
                return
            await asyncio.sleep(_SETTLING_LOOK_S)


@dataclass(frozen=True)
class _Shop:
    """The control address of a running shop sandbox."""

    session: aiohttp.ClientSession
    url: str

    async def hooks(self) -> dict[str, int]:
        told = await self.ask("GET", "/_sandbox/deliveries?limit=1")
        summary: dict[str, int] = told["summary"]
        return summary

    async def ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        try:
            async with self.session.request(method, f"{self.url}{path}", json=body) as answer:
                if answer.status != 200 or answer.content_type != "application/json":
                    raise NotReachable(
                        f"There is no shop sandbox at {self.url}: it answered {answer.status}."
                    )
                told: dict[str, Any] = await answer.json()
                return told
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise NotReachable(
                f"The shop sandbox at {self.url} does not answer ({type(error).__name__})."
            ) from error


def _since(before: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    return {name: count - (0 if name == "pending" else before.get(name, 0)) for name, count in now.items()}
