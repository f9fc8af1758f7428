"""A Content Server with an order in it and a decision to take, as the flows leave them."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from pypdf import PdfWriter

from muniment_sandbox.ecm.state import EcmState
from muniment_sandbox.ecm.state.creation import NewNode
from muniment_sandbox.ecm.state.nodes import Node, Subtype
from muniment_sandbox.ecm.state.upload import Upload
from muniment_sandbox.ecm.state.workflow_processes import Process
from muniment_sandbox.ecm.state.workspace_creation import NewWorkspace
from muniment_sandbox.ecm.state.workspaces import BusinessObject

_WRITER = "muniment-writer"


@dataclass(frozen=True, slots=True)
class Office:
    """What is on the desks: an order's workspace with its invoice, and a workflow about its case."""

    order: Node
    invoice: Node
    invoice_pdf: bytes
    process: Process


def furnished(state: EcmState, *, customer: str = "Ana Lima", text: str = "Sent by courier.") -> Office:
    """File an order of ``customer`` and start a workflow about it; ``text`` is what the shop's side wrote."""
    writer = state.members.named(_WRITER)
    assert writer is not None
    order = _workspace(state, "order", f"Order #1001 {customer}", writer.id)
    case = _workspace(state, "case", f"Fraud on #1001 {customer}", writer.id)
    payment = state.tree.child_named(order.id, "Payment")
    assert payment is not None
    pdf = one_page()
    invoice = _document(state, payment.id, "INV-1001.pdf", "application/pdf", pdf, writer.id)
    evidence = [
        _document(state, case.id, "evidence.pdf", "application/pdf", pdf, writer.id),
        _document(state, case.id, "note.txt", "text/plain", text.encode(), writer.id),
    ]
    draft = state.workflows.prepare(
        state.workflows.maps.named("Exception Review").id, writer, [one.id for one in evidence]
    )
    values = {"WorkflowForm_Title": f"Fraud on #1001 {customer}", "WorkflowForm_5": text}
    state.workflows.fill(draft, values)
    process = state.workflows.initiate(state.workflows.draft(draft.id, writer), writer, text)
    return Office(order, invoice, pdf, process)


def one_page() -> bytes:
    """A PDF that a viewer shows."""
    writer, kept = PdfWriter(), BytesIO()
    writer.add_blank_page(width=595, height=842)
    writer.write(kept)
    return kept.getvalue()


def _workspace(state: EcmState, bo_type: str, name: str, member_id: int) -> Node:
    key = BusinessObject("SHOPIFY", bo_type, f"shop.{state.sequence.next()}")
    return state.workspace_creation.create(NewWorkspace(name=name, business_object=key), member_id)


def _document(
    state: EcmState, parent: int, name: str, mime_type: str, content: bytes, member_id: int
) -> Node:
    new = NewNode(parent, Subtype.DOCUMENT, name, upload=Upload(name, mime_type, content))
    return state.creation.create(new, member_id)
