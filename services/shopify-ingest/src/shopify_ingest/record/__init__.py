"""Records the current state of what hooks are about.

``record_hooks`` is the role's handler. What names changes from an object's state alone is shared with those
who find objects by asking: ``changes_of_state``, ``changes_of_absence``, ``reconciled_events``.
"""

from __future__ import annotations

from shopify_ingest.record.change import Change
from shopify_ingest.record.deliveries import Deliveries, remember
from shopify_ingest.record.events import event_id, reconciled_events
from shopify_ingest.record.gone import changes_of_absence
from shopify_ingest.record.objects import AnySnapshot, Objects, ShopObjects
from shopify_ingest.record.outcomes import may_be_keyed_otherwise
from shopify_ingest.record.recorders import changes_of_state
from shopify_ingest.record.recording import record_hooks
from shopify_ingest.record.subject import Subject
from shopify_ingest.record.telling import told_by
from shopify_ingest.record.topics_of_changes import CHANGE_TOPICS, topic_of

__all__ = [
    "CHANGE_TOPICS",
    "AnySnapshot",
    "Change",
    "Deliveries",
    "Objects",
    "ShopObjects",
    "Subject",
    "changes_of_absence",
    "changes_of_state",
    "event_id",
    "may_be_keyed_otherwise",
    "reconciled_events",
    "record_hooks",
    "remember",
    "told_by",
    "topic_of",
]
