"""What the tables hold can be written down and read again."""

from __future__ import annotations

import pytest

from muniment_sandbox.ecm.state.data_file import entity_type
from muniment_sandbox.ecm.state.entity_codec import decoder, encode
from tests.unit.sandbox_ecm.desk import Desk


def test_every_entity_of_a_lived_in_server_comes_back_equal(desk: Desk) -> None:
    order = desk.order(roles={"categories": {str(desk.category("Shopify Order")): {}}})
    document = desk.document(parent_id=order)
    category = desk.category("Attribute Types")
    desk.call(
        "POST", f"/v2/nodes/{document}/categories", {"category_id": category, f"{category}_13_2_14": "y"}
    )
    desk.call("DELETE", f"/v2/nodes/{desk.folder()}")
    seen = set()
    for name, table in desk.state.ledger.tables.items():
        if name == "contents":
            continue
        decode = decoder(entity_type(table))
        for key, entity in table.items():
            seen.add(name)
            assert decode(encode(entity)) == entity, (name, key)
    assert {"nodes", "members", "categories", "workspaces", "recycle_bin", "sequence"} <= seen


def test_a_type_that_cannot_be_rebuilt_is_named() -> None:
    with pytest.raises(TypeError, match="bytes"):
        decoder(dict[str, bytes])
