"""What an administrator prepares in Content Server, by name; ``docs/how-to/prepare-content-server.md`` says
how.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CategoryLayout:
    """A category and the attributes it must have."""

    name: str
    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceLayout:
    """The workspaces of one business object type."""

    business_object_type: str
    workspace_type: str
    template: str
    category: CategoryLayout


ORDER_WORKSPACES = WorkspaceLayout(
    business_object_type="order",
    workspace_type="Order",
    template="Order",
    category=CategoryLayout(
        "Shopify Order",
        (
            "Shop",
            "Order id",
            "Order name",
            "Customer",
            "Currency",
            "Total",
            "Financial status",
            "Fulfilment status",
            "Ordered at",
            "Updated at",
        ),
    ),
)

DOCUMENT_CATEGORY = CategoryLayout(
    "Shopify Document",
    (
        "Kind",
        "Number",
        "Business date",
        "SHA-256",
        "Event id",
        "Template version",
        "Refers to",
        "Record date",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLayout:
    """Names the archive relies on.

    ``updated_at`` is the attribute of every workspace category that says how new its values are. ``sha256``
    and ``record_date`` are attributes of the document category, and so are those in ``identity``, which tell
    whether a document is the one meant. ``classifications`` are the RM classifications that plans may name;
    none at all says that records management is off, and no document is made a record.
    """

    business_object_system: str = "SHOPIFY"
    workspaces: tuple[WorkspaceLayout, ...] = (ORDER_WORKSPACES,)
    document_category: CategoryLayout = DOCUMENT_CATEGORY
    updated_at: str = "Updated at"
    sha256: str = "SHA-256"
    record_date: str = "Record date"
    identity: tuple[str, ...] = ("Kind", "Number")
    classifications: tuple[str, ...] = ()
