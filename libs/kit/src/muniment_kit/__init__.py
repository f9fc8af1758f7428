"""The consumer runtime, the outbound HTTP client, and everything a role needs around its handlers.

What every service uses is here. The rest has a module of its own: ``runner``, ``settings``, ``blobs``,
``http``, ``testing``.
"""

from __future__ import annotations

from muniment_kit.clock import Clock, SystemClock
from muniment_kit.errors import MunimentError, Rejected, Retryable, SettingsError
from muniment_kit.outcomes import Done
from muniment_kit.producer import Producer
from muniment_kit.service import Service, coalesced

__all__ = [
    "Clock",
    "Done",
    "MunimentError",
    "Producer",
    "Rejected",
    "Retryable",
    "Service",
    "SettingsError",
    "SystemClock",
    "coalesced",
]
