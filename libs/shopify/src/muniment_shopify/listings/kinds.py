"""What can be listed: for each kind of object its operation, its search, and what makes up its looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

PAGE = 250
"""As many as Shopify gives at once."""
_SINCE = "updated_at:>='{since}'"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingKind:
    """One listing. ``root`` is the field of the answer, ``page`` how many rows come at once.

    ``looks`` are paths of the fields by which one state of an object is told from another; each is also in
    the object's snapshot. ``is_dated``: the object has a time of change of its own; else the ``updatedAt`` of
    the row is another object's, and only looks count. ``row_id`` is the path of the object's gid. ``nested``
    names a connection whose nodes are the rows, ``needs`` fields of which one must be there. ``recent`` is a
    search; ``bulk`` is what a bulk query selects of a node.
    """

    name: str
    operation: str
    root: str
    looks: tuple[str, ...]
    bulk: str
    page: int = PAGE
    is_dated: bool = True
    row_id: str = "id"
    nested: str | None = None
    needs: tuple[str, ...] = ()
    recent: str = _SINCE


def _flat(name: str, operation: str, root: str, *looks: str) -> ListingKind:
    fields = " ".join(("id", "createdAt", "updatedAt", *looks))
    return ListingKind(name=name, operation=operation, root=root, looks=looks, bulk=fields)


_RETURN = ("status", "closedAt", "requestApprovedAt", "totalQuantity")
_DISPUTE = ("type", "status", "evidenceDueBy", "evidenceSentOn", "finalizedOn")
_CONSENT = (
    "defaultEmailAddress.marketingState",
    "defaultEmailAddress.marketingUpdatedAt",
    "defaultPhoneNumber.smsMarketingConsent.state",
    "defaultPhoneNumber.smsMarketingConsent.updatedAt",
    "defaultPhoneNumber.whatsAppMarketingConsent.state",
    "defaultPhoneNumber.whatsAppMarketingConsent.updatedAt",
)

_ALL = (
    _flat(
        "order",
        "orders_listing",
        "orders",
        *("cancelledAt", "closedAt", "cancelReason", "confirmed", "edited", "fullyPaid", "unpaid"),
        *("displayFinancialStatus", "displayFulfillmentStatus", "returnStatus", "tags", "note", "poNumber"),
    ),
    ListingKind(
        name="risk",
        operation="order_risks_listing",
        root="orders",
        looks=("risk.recommendation", "risk.assessments.riskLevel", "risk.assessments.provider.id"),
        bulk="id createdAt updatedAt risk { recommendation assessments { riskLevel provider { id } } }",
        page=190,
        is_dated=False,
        needs=("risk.assessments.riskLevel",),
    ),
    ListingKind(
        name="return",
        operation="order_returns_listing",
        root="orders",
        looks=_RETURN,
        bulk=f"id updatedAt returns {{ edges {{ node {{ id createdAt {' '.join(_RETURN)} }} }} }}",
        page=40,
        is_dated=False,
        nested="returns",  # of every order: one whose return was declined says that it has none
    ),
    ListingKind(
        name="dispute",
        operation="disputes_listing",
        root="disputes",
        looks=_DISPUTE,
        bulk=f"id initiatedAt {' '.join(_DISPUTE)}",
        is_dated=False,
        recent="status:needs_response OR status:under_review OR initiated_at:>='{since}'",
    ),
    _flat(
        "draft-order",
        "drafts_listing",
        "draftOrders",
        *("status", "completedAt", "invoiceSentAt", "tags", "note2", "poNumber"),
    ),
    _flat(
        "customer",
        "customers_listing",
        "customers",
        *("state", "tags", "note", "taxExempt", "taxExemptions", "dataSaleOptOut"),
    ),
    ListingKind(
        name="consent",
        operation="consents_listing",
        root="customers",
        looks=_CONSENT,
        bulk="id createdAt updatedAt defaultEmailAddress { marketingState marketingUpdatedAt } "
        "defaultPhoneNumber { smsMarketingConsent { state updatedAt } "
        "whatsAppMarketingConsent { state updatedAt } }",
        page=190,
        is_dated=False,
        needs=tuple(path for path in _CONSENT if path.endswith("pdatedAt")),
    ),
    _flat("company", "companies_listing", "companies", "name", "externalId", "note", "customerSince"),
    ListingKind(
        name="company-location",
        operation="company_locations_listing",
        root="companyLocations",
        looks=(),
        bulk="id createdAt updatedAt company { id }",
        row_id="company.id",
    ),
)

LISTINGS: Mapping[str, ListingKind] = MappingProxyType({kind.name: kind for kind in _ALL})
