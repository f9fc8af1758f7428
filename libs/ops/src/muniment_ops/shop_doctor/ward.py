"""The shop under examination, and how a finding about it is written."""

from __future__ import annotations

from dataclasses import dataclass

from muniment_kit.clock import Clock
from muniment_ops.findings import Finding, Verdict
from muniment_shopify.client import AdminClient
from shopify_ingest.settings import ShopAccess


@dataclass(frozen=True, slots=True)
class Ward:
    """One shop: how it is asked, what is wanted of it, where its hooks are to come, and our own time."""

    client: AdminClient
    access: ShopAccess
    hooks_url: str
    clock: Clock


def good(what: str) -> Finding:
    """Return that something is as it should be."""
    return Finding("shopify", Verdict.GOOD, what)


def note(what: str, remedy: str = "") -> Finding:
    """Return something good to know."""
    return Finding("shopify", Verdict.NOTE, what, remedy)


def problem(what: str, remedy: str) -> Finding:
    """Return something to be mended."""
    return Finding("shopify", Verdict.PROBLEM, what, remedy)
