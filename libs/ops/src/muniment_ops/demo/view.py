"""What a person sees of the demo: the live board, the table of every order, the verdict."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from muniment_ops.audit.comparison import ArchivedDocument, Comparison, OrderFinding
from muniment_ops.demo.morning import MorningStatus
from muniment_ops.demo.watch import Progress

GOOD, BAD, DIM = "green", "bold red", "dim"


def board(morning: MorningStatus, progress: Progress) -> RenderableType:
    """Return the live board: how far the morning is, and the latest documents with their node ids."""
    counts = Table.grid(padding=(0, 2))
    counts.add_column(justify="right", min_width=24)
    counts.add_column(width=40)
    counts.add_column(justify="right")
    counts.add_row("orders placed", _bar(morning.orders, morning.orders_planned), str(morning.orders))
    counts.add_row("hooks delivered", _bar(morning.delivered, morning.sent), str(morning.delivered))
    counts.add_row("hooks durably in Kafka", _bar(progress.hooks, morning.delivered), str(progress.hooks))
    counts.add_row("documents rendered", "", str(progress.produced))
    counts.add_row("filed and read back", "", str(progress.filed))
    content = Group(counts, Text(), _latest(progress))
    return Panel(content, title="A shop's morning", border_style="cyan", padding=(1, 2))


def findings_table(findings: Sequence[OrderFinding]) -> Table:
    """Return every order with its documents, where they are, and whether their bytes are those filed."""
    table = Table(box=None, header_style="bold", padding=(0, 1), pad_edge=False)
    for heading in ("Order", "Document", "Folder"):
        table.add_column(heading, no_wrap=True)
    for heading in ("Node", "Bytes"):
        table.add_column(heading, no_wrap=True, justify="right")
    table.add_column("Read back")
    for finding in findings:
        _add_order(table, finding)
        table.add_section()
        table.add_row()
    return table


def verdict(comparison: Comparison) -> Text:
    """Return the sentence that says whether anything is missing or double."""
    orders, archived = len(comparison.findings), comparison.archived
    if comparison.is_clean:
        return Text.assemble(
            ("Nothing is missing and nothing is double: ", f"bold {GOOD}"),
            f"the shop has {orders} orders, and the ECM holds each order's documents exactly once "
            f"({archived} documents, every one read back with the hash it was filed under).",
        )
    altered = sum(len(finding.altered) for finding in comparison.findings)
    unexpected = sum(len(finding.unexpected) for finding in comparison.findings)
    return Text.assemble(
        ("The ECM does not hold what the shop says it should: ", BAD),
        f"{comparison.missing} documents missing, {comparison.duplicates} double, {altered} altered, "
        f"{unexpected} unexplained, of {archived} documents of {orders} orders.",
    )


def _bar(done: int, total: int) -> ProgressBar:
    return ProgressBar(total=max(total, 1), completed=min(done, max(total, 1)), width=40)


def _latest(progress: Progress) -> Table:
    table = Table.grid(padding=(0, 2))
    for receipt in progress.latest:
        node = Text(f"node {receipt.node_id}", style=DIM)
        table.add_row(Text("✓", style=GOOD), Text(receipt.number), Text(receipt.folder, style=DIM), node)
    return table


def _add_order(table: Table, finding: OrderFinding) -> None:
    issued = [document for document in finding.documents if document.key.kind != "source-event"]
    sources = [document for document in finding.documents if document.key.kind == "source-event"]
    name = Text(finding.order_name, style="bold")
    for document in sorted(issued, key=lambda document: document.node_id):
        table.add_row(name, *_cells(document))
        name = Text()
    if sources:
        table.add_row(name, *_source_cells(sources))
    for keys, word in (
        (finding.missing, "missing"),
        (finding.duplicates, "double"),
        (finding.unexpected, "unexplained"),
    ):
        for key in keys:
            table.add_row("", Text(key.number, style=BAD), "", "", "", Text(word, style=BAD))


def _source_cells(sources: Sequence[ArchivedDocument]) -> tuple[RenderableType, ...]:
    nodes = [document.node_id for document in sources]
    return (
        f"{len(sources)} source events",
        Text("Source events", style=DIM),
        f"{min(nodes)}…{max(nodes)}",
        f"{sum(document.size_bytes for document in sources):,}",
        _read_back(all(document.is_intact for document in sources)),
    )


def _cells(document: ArchivedDocument) -> tuple[RenderableType, ...]:
    return (
        Text(document.key.number),
        Text(document.folder, style=DIM),
        str(document.node_id),
        f"{document.size_bytes:,}",
        _read_back(document.is_intact),
    )


def _read_back(is_intact: bool) -> Text:
    return Text("✓ same bytes", style=GOOD) if is_intact else Text("altered", style=BAD)
