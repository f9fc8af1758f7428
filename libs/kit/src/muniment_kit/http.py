"""Outbound HTTP: one :class:`Peer` for each system we call, and what it can answer or raise."""

from __future__ import annotations

from muniment_kit.http_answer import Answer, StreamingAnswer
from muniment_kit.http_errors import (
    AddressRefused,
    AnswerTooLarge,
    CircuitOpen,
    NotJson,
    OutcomeUnknown,
    PeerUnavailable,
    RedirectRefused,
)
from muniment_kit.http_request import Data, Multipart, Part
from muniment_kit.peer import Peer
from muniment_kit.peer_observer import PeerObserver
from muniment_kit.peer_retries import is_transient_status
from muniment_kit.peer_settings import PeerSettings

__all__ = [
    "AddressRefused",
    "Answer",
    "AnswerTooLarge",
    "CircuitOpen",
    "Data",
    "Multipart",
    "NotJson",
    "OutcomeUnknown",
    "Part",
    "Peer",
    "PeerObserver",
    "PeerSettings",
    "PeerUnavailable",
    "RedirectRefused",
    "StreamingAnswer",
    "is_transient_status",
]
