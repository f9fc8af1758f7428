"""Scenes: one change of the flows in a shop set up for it, and what is to be seen of it afterwards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from muniment_shopify.client import AdminClient
from tests.unit.sandbox_shopify.stages import Stage, stage_for
from tests.unit.shopify.sandboxed import SandboxedPeer, SharedClock, sandboxed


@dataclass(frozen=True, slots=True)
class Scene:
    """A shop in this process; ``ids`` are the gids of what stands in it, by type."""

    stage: Stage
    ids: dict[str, str]
    peer: SandboxedPeer
    client: AdminClient
    clock: SharedClock
    began_at: datetime


Act = Callable[[Scene], Awaitable[None]]
Look = Callable[[Scene], Any]


@dataclass(frozen=True, slots=True)
class Play:
    """How a scene is set, what is done in it, and what is seen of it."""

    name: str
    stage: str
    act: Act
    seen: Look
    before: Callable[[Scene], None] | None

    def set_up(self) -> Scene:
        """Return the scene, set up anew."""
        each = at(self.stage)
        if self.before is not None:
            self.before(each)
        return each


PLAYS: dict[str, Play] = {}
"""Every scene by its name; those who import the modules that define them find them here."""


def scene(stage: str, *, seen: Look, before: Callable[[Scene], None] | None = None) -> Callable[[Act], Act]:
    """Make a function a scene, set as the sandbox's own tests set the sample operation ``stage``."""

    def made(act: Act) -> Act:
        name = f"{act.__module__.rsplit('.', 1)[-1]}.{act.__name__}"
        PLAYS[name] = Play(name, stage, act, seen, before)
        return act

    return made


def at(stage: str, *, scopes: frozenset[str] | None = None) -> Scene:
    """Return a scene set as the sandbox's own tests set the sample operation ``stage``.

    With ``scopes`` the app has no others.
    """
    set_up, ids = stage_for(stage)
    peer, clock = SandboxedPeer(set_up.shop, scopes=scopes), SharedClock(set_up.clock)
    return Scene(set_up, ids, peer, sandboxed(peer, clock), clock, set_up.clock.now())
