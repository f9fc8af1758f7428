"""How one peer is called: addresses, TLS, times and bounds."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerSettings:
    """Settings of one peer; every default is safe for a public HTTPS service.

    ``allow_private`` permits private and loopback addresses, and plain ``http``: for sandboxes and on-premise
    peers. ``timeout_s`` bounds one attempt, ``retry_within_s`` a whole call with its retries. A
    ``Retry-After`` longer than ``max_retry_wait_s`` is not waited out here: the call raises and names the
    wait in ``after``.
    """

    allow_private: bool = False

    connect_timeout_s: float = 5.0
    timeout_s: float = 30.0

    max_attempts: int = 4
    retry_within_s: float = 60.0
    max_retry_wait_s: float = 10.0
    backoff_base_s: float = 0.1
    backoff_cap_s: float = 5.0
    retry_budget_tokens: float = 20.0
    retry_budget_ratio: float = 0.2

    breaker_failures: int = 10
    breaker_open_s: float = 5.0
    breaker_open_cap_s: float = 60.0

    min_concurrency: int = 1
    max_concurrency: int = 32

    max_answer_bytes: int = 64 * 1024 * 1024
    keepalive_s: float = 15.0

    ca_file: Path | None = None
    client_cert_file: Path | None = None
    client_key_file: Path | None = None

    def __post_init__(self) -> None:
        for name in ("connect_timeout_s", "timeout_s", "retry_within_s", "max_attempts", "max_answer_bytes"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be greater than 0.")
        if not 1 <= self.min_concurrency <= self.max_concurrency:
            raise ValueError("min_concurrency must be at least 1 and at most max_concurrency.")
        if self.client_key_file is not None and self.client_cert_file is None:
            raise ValueError("client_key_file needs client_cert_file.")

    def ssl_context(self) -> ssl.SSLContext:
        """Return the TLS context: the given CA file or the system's, and the client certificate if any."""
        context = ssl.create_default_context(cafile=self.ca_file)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.client_cert_file is not None:
            context.load_cert_chain(self.client_cert_file, self.client_key_file)
        return context
