"""The whole comparison: each order of the shop against its workspace in the ECM."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import orjson

from muniment_contracts.identifiers import business_object_id
from muniment_ops.audit.archive import ArchiveReader
from muniment_ops.audit.comparison import Comparison, OrderFinding, compare_order
from muniment_ops.audit.expected import expected_documents
from muniment_ops.audit.shop import read_orders
from muniment_shopify.client import AdminClient
from muniment_shopify.orders import OrderSnapshot

OnFinding: TypeAlias = Callable[[OrderFinding], None]


async def audit(
    client: AdminClient, archive: ArchiveReader, *, on_finding: OnFinding | None = None
) -> Comparison:
    """Compare every order and return the findings by order number; ``on_finding`` hears each at once."""
    findings = []
    async for order in read_orders(client):
        finding = await audit_order(client.shop.handle, order, archive)
        findings.append(finding)
        if on_finding is not None:
            on_finding(finding)
    return Comparison(sorted(findings, key=lambda finding: (len(finding.order_name), finding.order_name)))


async def audit_order(shop: str, order: OrderSnapshot, archive: ArchiveReader) -> OrderFinding:
    """Compare one order with what the ECM holds of it."""
    held = await archive.read_order(business_object_id(shop, order.order_id))
    return compare_order(
        order.order_id,
        order.name,
        expected_documents(orjson.loads(order.content)),
        held.documents,
        held.workspaces,
    )
