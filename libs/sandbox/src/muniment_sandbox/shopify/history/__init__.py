"""Years of a shop's orders, lived through in a few seconds: for backfill, reconciliation and load.

Everything goes through the shop's own deeds, on a clock that runs ahead; no hook is sent for it. The same
history over the same span is the same to the byte.
"""

from muniment_sandbox.shopify.history.past import History, live_through

__all__ = ["History", "live_through"]
