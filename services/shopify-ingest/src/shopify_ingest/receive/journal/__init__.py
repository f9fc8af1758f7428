"""A bounded, crash-safe journal in a folder: entries are durable once written, and leave in order."""

from shopify_ingest.receive.journal.errors import JournalBroken, JournalFull, JournalInUse
from shopify_ingest.receive.journal.journal import Batch, Journal

__all__ = ["Batch", "Journal", "JournalBroken", "JournalFull", "JournalInUse"]
