"""Which kind of object is recorded how: a table *kind → recorder*, and what its state alone shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shopify_ingest.record import (
    account_changes,
    consent_changes,
    dispute_changes,
    draft_changes,
    fulfillment_changes,
    order_changes,
    return_changes,
    risk_changes,
)
from shopify_ingest.record.change import Change, each_once
from shopify_ingest.record.gone import changes_of_the_gone
from shopify_ingest.record.hook import Hook
from shopify_ingest.record.subject import Subject


@dataclass(frozen=True, slots=True)
class Recorder:
    """How the changes of one kind of object are named: from hooks, from its state, and when it is gone."""

    by_hooks: Callable[[Sequence[Hook], Subject], list[Change]]
    by_state: Callable[[Subject, datetime], list[Change]]
    when_gone: Callable[[Sequence[Hook]], list[Change]] = changes_of_the_gone
    is_dated: bool = True
    """Whether the object has a time of change of its own, so that a hook can tell that an answer is stale."""


def changes_by_hooks(hooks: Sequence[Hook], subject: Subject) -> list[Change]:
    """Return what ``hooks`` announce of ``subject``, each change once, oldest first.

    Raises ``Retryable`` when the snapshot does not show yet what a hook announced.
    """
    recorder = RECORDERS.get(subject.about.kind)
    if recorder is None:
        return changes_of_the_gone(hooks)
    return recorder.by_hooks(hooks, subject) if subject.snapshot else recorder.when_gone(hooks)


def changes_of_state(subject: Subject, since: datetime) -> list[Change]:
    """Return every fact that the found subject shows and that happened at or after ``since``, and the update
    that led to its state: with the identities that hooks give them.
    """
    return RECORDERS[subject.about.kind].by_state(subject, since)


def _of_order(hooks: Sequence[Hook], subject: Subject) -> list[Change]:
    theirs = [hook for hook in hooks if fulfillment_changes.is_of_fulfillment(hook.change)]
    others = [hook for hook in hooks if not fulfillment_changes.is_of_fulfillment(hook.change)]
    return each_once(
        [
            *order_changes.changes_of(others, subject.order),
            *fulfillment_changes.changes_of(theirs, subject.fulfillment_orders),
        ]
    )


def _of_order_state(subject: Subject, since: datetime) -> list[Change]:
    theirs = subject.fulfillment_orders
    return each_once(
        [
            *order_changes.changes_of_state(subject.order, since),
            *(fulfillment_changes.changes_of_state(theirs, since) if theirs else ()),
        ]
    )


#: Every kind of object that changes are recorded of. Parts are recorded with the object they belong to.
RECORDERS: Mapping[str, Recorder] = {
    "order": Recorder(_of_order, _of_order_state),
    "return": Recorder(
        lambda hooks, subject: return_changes.changes_of(hooks, subject.other),
        lambda subject, since: return_changes.changes_of_state(subject.other, since),
        is_dated=False,
    ),
    "dispute": Recorder(
        lambda hooks, subject: dispute_changes.changes_of(hooks, subject.other),
        lambda subject, since: dispute_changes.changes_of_state(subject.other, since),
        is_dated=False,
    ),
    "risk": Recorder(
        lambda hooks, subject: risk_changes.changes_of(hooks, subject.other),
        lambda subject, since: risk_changes.changes_of_state(subject.other, since),
        is_dated=False,
    ),
    "customer": Recorder(
        lambda hooks, subject: account_changes.customer_changes(hooks, subject.other),
        lambda subject, since: account_changes.customer_changes_of_state(subject.other, since),
    ),
    "company": Recorder(
        lambda hooks, subject: account_changes.company_changes(hooks, subject.other),
        lambda subject, since: account_changes.company_changes_of_state(subject.other, since),
    ),
    "consent": Recorder(
        lambda hooks, subject: consent_changes.changes_of(hooks, subject.other),
        lambda subject, since: consent_changes.changes_of_state(subject.other, since),
        consent_changes.changes_of_the_gone,
        is_dated=False,
    ),
    "draft-order": Recorder(
        lambda hooks, subject: draft_changes.changes_of(hooks, subject.other),
        lambda subject, since: draft_changes.changes_of_state(subject.other, since),
    ),
}
