"""Which access scope opens what: ACCESS_DENIED for one field, the rest is answered.

Source: https://shopify.dev/docs/api/usage/access-scopes
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from graphql import GraphQLError, GraphQLField, get_named_type

from muniment_sandbox.shopify.graphql.asking import Info, Resolver

Scopes = tuple[str, ...]
"""Any one of these opens it."""

_FULFILLMENT_ORDERS = (
    "merchant_managed_fulfillment_orders",
    "third_party_fulfillment_orders",
    "assigned_fulfillment_orders",
    "marketplace_fulfillment_orders",
)
_READ_FULFILLMENT_ORDERS = tuple(f"read_{kind}" for kind in _FULFILLMENT_ORDERS)
_WRITE_FULFILLMENT_ORDERS = tuple(f"write_{kind}" for kind in _FULFILLMENT_ORDERS)
_B2B = ("read_customers", "read_companies")
_WRITE_B2B = ("write_customers", "write_companies")
_ORDERS = ("read_orders",)
_WRITE_ORDERS = ("write_orders",)
_RETURNS = ("read_returns",)
_WRITE_RETURNS = ("write_returns",)
_WRITE_DRAFTS = ("write_draft_orders",)
_FILES = ("read_files",)
_WRITE_FILES = ("write_files",)
_WRITE_PRODUCTS = ("write_products",)
_EVIDENCES = ("read_shopify_payments_dispute_evidences",)

TYPE_SCOPES: Mapping[str, Scopes] = {
    "Company": _B2B,
    "CompanyContact": _B2B,
    "CompanyContactRole": _B2B,
    "CompanyContactRoleAssignment": _B2B,
    "CompanyLocation": _B2B,
    "Customer": ("read_customers",),
    "DeliveryMethod": _ORDERS,
    "DraftOrder": ("read_draft_orders",),
    "ExternalVideo": _FILES,
    "File": _FILES,
    "Fulfillment": (*_ORDERS, "read_fulfillments"),
    "FulfillmentHold": _READ_FULFILLMENT_ORDERS,
    "FulfillmentOrder": _READ_FULFILLMENT_ORDERS,
    "GenericFile": _FILES,
    "Location": ("read_locations",),
    "MediaImage": _FILES,
    "Metaobject": ("read_metaobjects",),
    "MetaobjectDefinition": ("read_metaobject_definitions",),
    "Model3d": _FILES,
    "Order": _ORDERS,
    "OrderCancelJobResult": _ORDERS,
    "OrderRiskAssessment": _ORDERS,
    "OrderTransaction": _ORDERS,
    "PaymentTerms": ("read_payment_terms",),
    "Product": ("read_products",),
    "ProductVariant": ("read_products",),
    "Publication": ("read_publications",),
    "Refund": _ORDERS,
    "Return": _RETURNS,
    "ReturnReasonDefinition": _RETURNS,
    "ReturnableFulfillment": (*_ORDERS, *_RETURNS),
    "ReverseDelivery": _RETURNS,
    "ReverseFulfillmentOrder": _RETURNS,
    "ReverseFulfillmentOrderLineItem": _RETURNS,
    "ShopifyPaymentsAccount": ("read_shopify_payments", "read_shopify_payments_accounts"),
    "ShopifyPaymentsDispute": ("read_shopify_payments_disputes",),
    "ShopifyPaymentsDisputeEvidence": _EVIDENCES,
    "ResourcePublicationV2": ("read_publications",),
    "TenderTransaction": _ORDERS,
    "Video": _FILES,
}

MUTATION_SCOPES: Mapping[str, Scopes] = {
    "companyContactAssignRole": _WRITE_B2B,
    "companyContactRevokeRoles": _WRITE_B2B,
    "companyLocationTaxSettingsUpdate": _WRITE_B2B,
    "companyLocationUpdate": _WRITE_B2B,
    "companyUpdate": _WRITE_B2B,
    "customerEmailMarketingConsentUpdate": ("write_customers",),
    "customerReplaceTaxExemptions": ("write_customers",),
    "customerRequestDataErasure": ("write_customer_data_erasure",),
    "customerSmsMarketingConsentUpdate": ("write_customers",),
    "disputeEvidenceUpdate": ("write_shopify_payments_dispute_evidences",),
    "draftOrderComplete": _WRITE_DRAFTS,
    "draftOrderCreate": _WRITE_DRAFTS,
    "draftOrderDelete": _WRITE_DRAFTS,
    "draftOrderInvoiceSend": _WRITE_DRAFTS,
    "draftOrderUpdate": _WRITE_DRAFTS,
    "fileCreate": _WRITE_FILES,
    "fileDelete": _WRITE_FILES,
    "fileUpdate": _WRITE_FILES,
    "fulfillmentOrderCancel": _WRITE_FULFILLMENT_ORDERS,
    "fulfillmentOrderHold": _WRITE_FULFILLMENT_ORDERS,
    "fulfillmentOrderMerge": _WRITE_FULFILLMENT_ORDERS,
    "fulfillmentOrderMove": _WRITE_FULFILLMENT_ORDERS,
    "fulfillmentOrderReleaseHold": _WRITE_FULFILLMENT_ORDERS,
    "fulfillmentOrderSplit": _WRITE_FULFILLMENT_ORDERS,
    "metaobjectDefinitionCreate": ("write_metaobject_definitions",),
    "metaobjectDelete": ("write_metaobjects",),
    "metaobjectUpsert": ("write_metaobjects",),
    "orderCancel": _WRITE_ORDERS,
    "orderCapture": _WRITE_ORDERS,
    "orderClose": _WRITE_ORDERS,
    "orderOpen": _WRITE_ORDERS,
    "orderRiskAssessmentCreate": _WRITE_ORDERS,
    "orderUpdate": _WRITE_ORDERS,
    "productDelete": _WRITE_PRODUCTS,
    "productReorderMedia": _WRITE_PRODUCTS,
    "productSet": _WRITE_PRODUCTS,
    "productUpdate": _WRITE_PRODUCTS,
    "productVariantAppendMedia": _WRITE_PRODUCTS,
    "productVariantDetachMedia": _WRITE_PRODUCTS,
    "publishablePublish": ("write_publications",),
    "publishableUnpublish": ("write_publications",),
    "refundCreate": _WRITE_ORDERS,
    "returnApproveRequest": _WRITE_RETURNS,
    "returnCancel": _WRITE_RETURNS,
    "returnClose": _WRITE_RETURNS,
    "returnCreate": _WRITE_RETURNS,
    "returnDeclineRequest": _WRITE_RETURNS,
    "returnProcess": _WRITE_RETURNS,
    "returnReopen": _WRITE_RETURNS,
    "returnRequest": _WRITE_RETURNS,
    "reverseDeliveryCreateWithShipping": _WRITE_RETURNS,
    "reverseFulfillmentOrderDispose": _WRITE_RETURNS,
    "transactionVoid": _WRITE_ORDERS,
}

OWNER_SCOPES: Mapping[str, Scopes] = {
    "Company": _WRITE_B2B,
    "CompanyLocation": _WRITE_B2B,
    "Customer": ("write_customers",),
    "DraftOrder": _WRITE_DRAFTS,
    "Order": _WRITE_ORDERS,
    "Product": _WRITE_PRODUCTS,
    "ProductVariant": _WRITE_PRODUCTS,
}
"""What tags and metafields of a kind of object need."""


_TOPIC_SCOPES: Mapping[str, Scopes] = {
    **dict.fromkeys(("orders", "order_transactions", "refunds", "tender_transactions"), _ORDERS),
    **dict.fromkeys(("returns", "reverse_deliveries", "reverse_fulfillment_orders"), _RETURNS),
    **dict.fromkeys(("fulfillment_orders", "fulfillment_holds"), _READ_FULFILLMENT_ORDERS),
    **dict.fromkeys(("fulfillments", "fulfillment_events"), ("read_fulfillments",)),
    **dict.fromkeys(("payment_terms", "payment_schedules"), ("read_payment_terms",)),
    **dict.fromkeys(("companies", "company_contacts", "company_contact_roles", "company_locations"), _B2B),
    **dict.fromkeys(
        (
            "customer",
            "customers",
            "customers_email_marketing_consent",
            "customers_marketing_consent",
            "customers_whats_app_marketing_consent",
        ),
        ("read_customers",),
    ),
    "disputes": ("read_shopify_payments_disputes",),
    "draft_orders": ("read_draft_orders",),
    "locations": ("read_locations",),
    "metaobjects": ("read_metaobjects",),
    "products": ("read_products",),
}


def may_hear(info: Info, topic: str) -> bool:
    """Return whether the token may subscribe to a topic (header form)."""
    granted = info.context.scopes
    if topic == "customers/merge":
        needed: Scopes = ("read_customer_merge",)
    else:
        needed = _TOPIC_SCOPES.get(topic.replace(".", "/").partition("/")[0], ())
    return granted is None or not needed or any(opens(granted, scope) for scope in needed)


def guarded(type_name: str, field_name: str, field: GraphQLField, resolver: Resolver) -> Resolver:
    """Return the resolver, behind a check where the field needs a scope."""
    if type_name == "Mutation":
        needed = MUTATION_SCOPES.get(field_name)
    elif type_name.endswith(("Connection", "Edge")):
        needed = None  # the connection itself was checked
    else:
        needed = TYPE_SCOPES.get(get_named_type(field.type).name.removesuffix("Connection"))
    if needed is None:
        return resolver
    wanted: Scopes = needed

    def checked(source: object, info: Info, **args: object) -> object:
        require(info, wanted)
        return resolver(source, info, **args)

    return checked


def require(info: Info, needed: Scopes) -> None:
    """Raise Shopify's error unless the token has one of these scopes; writing includes reading."""
    granted = info.context.scopes
    if granted is None or any(opens(granted, scope) for scope in needed):
        return
    required = f"`{needed[0]}` access scope."
    raise GraphQLError(
        f"Access denied for {info.field_name} field. Required access: {required}",
        extensions={
            "code": "ACCESS_DENIED",
            "documentation": "https://shopify.dev/api/usage/access-scopes",
            "requiredAccess": required,
        },
    )


def opens(granted: Iterable[str], needed: str) -> bool:
    """Return whether the granted scopes hold the needed one."""
    return needed in granted or (needed.startswith("read_") and f"write_{needed[5:]}" in granted)
