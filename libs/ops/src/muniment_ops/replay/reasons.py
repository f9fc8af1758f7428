"""What each reason in a report means, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "matched: not-about-an-order": "The hook is not about an order, so it led to nothing then and leads to nothing now.",
    "matched: delivered-more-than-once": "The fact was delivered more than once, and all its answers come out of its "
    "deliveries.",
    "matched: dead-letter-undecodable": "The record cannot be decoded; it was given up on for that then as well.",
    "matched: dead-letter-rejected": "The handler rejects the record; it was given up on for that then as well.",
    "mismatched: differs": "What is computed now is not what was published then.",
    "mismatched: not-published": "Something is computed now that was not published then.",
    "mismatched: not-produced": "Something was published then that is not computed now.",
    "mismatched: no-receipt": "No receipt says that the document was filed.",
    "mismatched: not-recorded": "No recorded change names the hook.",
    "mismatched: hook-missing": "A hook that led to a recorded change is not kept.",
    "mismatched: would-wait": "Today's handler would ask the shop again instead of recording.",
    "mismatched: now-undecodable": "The record cannot be decoded now, and no dead letter says that about then.",
    "mismatched: now-rejected": "The handler rejects the record now, and no dead letter says that about then.",
    "mismatched: fault": "The handler of today fails with a fault of its own.",
    "published: dry-run": "The record would be published; this was a dry run and nothing was.",
    "filtered: outside-time": "The record is outside the range of time.",
    "filtered: other-key": "The record has another key than was asked for.",
    "filtered: other-correlation": "The record belongs to another story than was asked for.",
    "filtered: other-header": "The record lacks a header that was asked for.",
    "gap: no-record": "The offset holds no record: it is the marker that ends a transaction, or compaction removed it "
    "while the topic was set so.",
    "gap: aborted-transaction": "The record belongs to a transaction that was aborted; no consumer ever got it.",
    "gap: beyond-limit": "The limit on the number of records was reached before.",
    "gap: deleted-by-retention": "The record was deleted by retention while the replay rested. It was not verified.",
}


def sentence_of(reason: str) -> str:
    """Return the sentence for ``verdict: reason``."""
    return REASONS.get(reason, reason)
