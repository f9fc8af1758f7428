"""Approved content in the shop: on products, in metafields and metaobjects, and taken down again.

Uploads and new files are in ``muniment_shopify.files``, metafields in ``muniment_shopify.metafields``.
"""

from __future__ import annotations

from muniment_shopify.content.definitions import define_metafield
from muniment_shopify.content.media import (
    Medium,
    media_of,
    move_to,
    show_on,
    show_on_variant,
    take_off,
    take_off_variant,
)
from muniment_shopify.content.metaobjects import (
    FieldShape,
    Metaobject,
    MetaobjectName,
    define_metaobject,
    delete_metaobject,
    metaobject_named,
    put_metaobject,
    withdraw_metaobject,
)
from muniment_shopify.content.products import Variant, set_product_status, variants_by_sku
from muniment_shopify.content.publications import (
    Publication,
    publications,
    publish,
    published_on,
    unpublish,
)
from muniment_shopify.content.shop_files import delete_files, find_files, update_file
from muniment_shopify.content.withdrawing import (
    Placement,
    Reference,
    Rung,
    Withdrawal,
    stop_selling,
    withdraw,
)

__all__ = [
    "FieldShape",
    "Medium",
    "Metaobject",
    "MetaobjectName",
    "Placement",
    "Publication",
    "Reference",
    "Rung",
    "Variant",
    "Withdrawal",
    "define_metafield",
    "define_metaobject",
    "delete_files",
    "delete_metaobject",
    "find_files",
    "media_of",
    "metaobject_named",
    "move_to",
    "publications",
    "publish",
    "published_on",
    "put_metaobject",
    "set_product_status",
    "show_on",
    "show_on_variant",
    "stop_selling",
    "take_off",
    "take_off_variant",
    "unpublish",
    "update_file",
    "variants_by_sku",
    "withdraw",
    "withdraw_metaobject",
]
