"""The stage of a drill: the demo's, with proxies on every way between roles and the world."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from muniment_ops.broker.ports import free_port
from muniment_ops.chaos.proxy import Proxy
from muniment_ops.chaos.schedule import PEERS
from muniment_ops.demo.stage import Stage, Tell, stage
from muniment_ops.restart_policy import RestartPolicy
from muniment_ops.supervisor import Change, RoleChange

#: Four hours of hook retries become a few minutes; pauses of faults shrink likewise.
TIME_SCALE = 0.02
SESSION_S = 6.0
_RESTARTS = RestartPolicy(first_s=0.1, factor=1.5, longest_s=2.0, steady_after_s=5.0)
#: Times shorter than in production, so that a drill of minutes sees what happens when they run out.
_SHORT_TIMES: Mapping[str, str] = {
    "MUNIMENT_SESSION_TIMEOUT_S": f"{SESSION_S:g}",
    "MUNIMENT_DRAIN_S": "2",
    "MUNIMENT_REQUEST_TIMEOUT_S": "8",
    "MUNIMENT_RETRY_CAP_S": "1",
    "MUNIMENT_RETRY_LANE_BUDGET_S": "2",
    "MUNIMENT_RETRY_OVERDUE_CAP_S": "5",
    "ECM_ARCHIVER_TIMEOUT_S": "4",
}


@dataclass(slots=True)
class Lives:
    """How the processes of the roles ended, by exit code; 137 is SIGKILL."""

    ended: Counter[tuple[str, str]] = field(default_factory=Counter)
    given_up: list[str] = field(default_factory=list)

    def note(self, change: RoleChange) -> None:
        """Hear what happened to a role."""
        if change.change is Change.ENDED:
            self.ended[change.role, change.detail.partition(";")[0]] += 1
        elif change.change is Change.GAVE_UP:
            self.given_up.append(f"{change.role}: {change.detail}")


@dataclass(frozen=True, slots=True)
class Arena:
    """A running stage and the proxies on its ways, by peer."""

    stage: Stage
    proxies: Mapping[str, Proxy]
    lives: Lives

    @property
    def ecm_origin(self) -> str:
        """Address of the Content Server itself, past the proxy."""
        parts = urlsplit(str(self.stage.ecm["url"]))
        return f"{parts.scheme}://{parts.netloc}"

    def heal(self) -> None:
        """Let every proxy pass everything on again."""
        for proxy in self.proxies.values():
            proxy.heal()


@asynccontextmanager
async def arena(folder: Path, *, points_per_s: float, tell: Tell = lambda _: None) -> AsyncIterator[Arena]:
    """Start everything with a proxy between any two. Raises what ``stage`` does."""
    lives = Lives()
    async with AsyncExitStack() as stack:
        proxies = {peer: await stack.enter_async_context(Proxy(peer)) for peer in PEERS}
        broker_port = free_port()
        proxies["kafka"].target = ("127.0.0.1", broker_port)
        running = await stack.enter_async_context(
            stage(
                folder,
                shop_arguments=(
                    *("--seed", "empty", "--time-scale", str(TIME_SCALE)),
                    *("--hooks-to", f"http://127.0.0.1:{proxies['hooks'].port}/hooks/shopify"),
                    *("--points-per-second", str(points_per_s)),
                ),
                broker_port=broker_port,
                # Whoever asks this broker where it is, is told to come by way of the proxy.
                broker_settings={"advertised.listeners": f"PLAINTEXT://127.0.0.1:{proxies['kafka'].port}"},
                detours=lambda env: _detoured(env, proxies),
                policy=_RESTARTS,
                on_change=lives.note,
                tell=tell,
            )
        )
        yield Arena(running, proxies, lives)


def _detoured(env: Mapping[str, str], proxies: Mapping[str, Proxy]) -> Mapping[str, str]:
    """Aim the proxies at what the variables name, and the variables at the proxies."""
    proxies["hooks"].target = ("127.0.0.1", int(env["SHOPIFY_INGEST_PORT"]))
    return {
        **env,
        **_SHORT_TIMES,
        "MUNIMENT_KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{proxies['kafka'].port}",
        "ECM_ARCHIVER_URL": _by_way_of(proxies["ecm"], env["ECM_ARCHIVER_URL"]),
        "SHOPIFY_INGEST_ADMIN_URL": _by_way_of(proxies["shop"], env["SHOPIFY_INGEST_ADMIN_URL"]),
    }


def _by_way_of(proxy: Proxy, url: str) -> str:
    parts = urlsplit(url)
    proxy.target = (str(parts.hostname), int(parts.port or 80))
    return urlunsplit(parts._replace(netloc=f"127.0.0.1:{proxy.port}"))
