"""The role ``receive``: hooks come in over HTTP, are judged, stored durably, and answered."""

from shopify_ingest.receive.edge import RETRY_AFTER_S, Receiver, build_receiver, listening

__all__ = ["RETRY_AFTER_S", "Receiver", "build_receiver", "listening"]
