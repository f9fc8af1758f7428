"""What a journal refuses, and why."""

from __future__ import annotations

from muniment_kit.errors import MunimentError, Retryable


class JournalFull(Retryable):
    """The journal holds as many bytes as it may: nothing more is taken in until Kafka took some."""

    def __init__(self) -> None:
        super().__init__(
            "The journal is full: Kafka is away for longer than SHOPIFY_INGEST_JOURNAL_BYTES lasts."
        )


class JournalBroken(Retryable):
    """The disk did not take an entry, or not in time: it is not stored."""


class JournalInUse(MunimentError):
    """Another process writes to the journal's folder; each receiver needs a folder of its own."""

    def __init__(self, folder: object) -> None:
        super().__init__(
            f"Another receiver uses the journal in {folder}. Give each receiver a folder of its own "
            "(SHOPIFY_INGEST_JOURNAL), or end the other one."
        )
