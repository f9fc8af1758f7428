"""How fast an event becomes an invoice, against raw Typst on the finished source of the same invoice.

Ours reads the snapshot, checks every sum, finds the words and the fonts, and has Typst set the page; the
reference is Typst alone, given what ours would give it. Both set every document once, in turn.

    python -m benchmarks.rendering --documents 60
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import TypeVar

import typst

from document_renderer.rendering import Renderer
from document_renderer.rules import Kind, read_rules
from document_renderer.selection import Selected
from document_renderer.settings import RendererSettings
from document_renderer.typesetting import STANDARDS, Source, Typesetter
from document_renderer.writing import Writer
from muniment_contracts.bodies import OrderChange
from muniment_contracts.events import Event
from tests.builders.events import START, order_change
from tests.unit.document_renderer.orders import Draft, Line, transaction

T = TypeVar("T")

SIZES = (1, 10, 100)
_INVOICE = (Selected(Kind.INVOICE, "INV-1001"),)


def main() -> None:
    """Print the outcome as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=60, help="documents of each size (default 60)")
    print(json.dumps(measure(parser.parse_args().documents)))


def measure(documents: int = 60) -> dict[str, dict[str, float]]:
    """Return for invoices of 1, 10 and 100 lines: medians in ms, documents/s, ours as a share of Typst's."""
    typesetter = Typesetter()
    settings = RendererSettings(seller_name="Nordwind Möbel GmbH", seller_address_lines=("Hafenstraße 4",))
    writer = Writer(settings.seller, settings.default_language)
    renderer = Renderer(typesetter, writer, rules=read_rules(), prefixes=settings.prefixes)
    bench = _Bench(typesetter, writer, renderer)
    return {f"lines_{lines}": bench.compare(list(_invoices(lines, documents))) for lines in SIZES}


class _Bench:
    def __init__(self, typesetter: Typesetter, writer: Writer, renderer: Renderer) -> None:
        self.typesetter = typesetter
        self.writer = writer
        self.renderer = renderer

    def compare(self, events: Sequence[Event[OrderChange]]) -> dict[str, float]:
        sources = [self.source(event) for event in events]
        for event, source in zip(events[:3], sources[:3], strict=True):
            assert self.render(event) == self.set_raw(source)
        ours, raw = [], []
        for place, event in enumerate(events):
            other = sources[(place + len(events) // 2) % len(events)]  # never the page just set
            ours.append(_seconds(self.render, event))
            raw.append(_seconds(self.set_raw, other))
        own_s, typst_s = statistics.median(ours), statistics.median(raw)
        return {
            "own_ms": own_s * 1000,
            "typst_ms": typst_s * 1000,
            "own_spread_ms": (_quartile(ours, 2) - _quartile(ours, 0)) * 1000,
            "own_per_s": 1 / own_s,
            "typst_per_s": 1 / typst_s,
            "share": typst_s / own_s,
        }

    def render(self, event: Event[OrderChange]) -> bytes:
        snapshot = self.renderer.read(event.body)
        (document,) = self.renderer.render(event, snapshot, _INVOICE)
        return document.content

    def source(self, event: Event[OrderChange]) -> Source:
        snapshot = self.renderer.read(event.body)
        assert snapshot is not None
        content = self.writer.write(_INVOICE[0], event.body, snapshot)
        tag = self.writer.formats(snapshot).tag
        return self.typesetter.source(content, snapshot=event.body.snapshot, at=event.time, locale_tag=tag)

    def set_raw(self, source: Source) -> bytes:
        pdf = typst.compile(
            self.typesetter.template,
            root=self.typesetter.template.parent,
            font_paths=self.typesetter.fonts,
            ignore_system_fonts=True,
            sys_inputs=dict(source.inputs),
            format="pdf",
            pdf_standards=STANDARDS,
            timestamp=source.timestamp,
        )
        assert isinstance(pdf, bytes)
        return pdf


def _invoices(lines: int, count: int) -> Iterator[Event[OrderChange]]:
    for number in range(count):
        draft = Draft(
            lines=[Line(title=f"Walnut desk {number}.{line}", variant="Oiled") for line in range(lines)],
            customer=f"Anna Schmidt {number}",
            locale="de",
            payments=[transaction(amount=f"{lines * 100 + 5}.90")],
        )
        yield order_change(
            "order.paid", snapshot=draft.bytes(), occurred_at=START + timedelta(minutes=number)
        )


def _seconds(call: Callable[[T], object], argument: T) -> float:
    started = time.perf_counter()
    call(argument)
    return time.perf_counter() - started


def _quartile(values: Sequence[float], which: int) -> float:
    return statistics.quantiles(values, n=4)[which]


if __name__ == "__main__":
    main()
