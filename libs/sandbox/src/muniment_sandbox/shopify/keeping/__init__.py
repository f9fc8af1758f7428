"""The shop in one SQLite file: what a step changed is written at its end, before anybody hears of it."""

from __future__ import annotations

from muniment_sandbox.shopify.keeping.data_file import DataFile
from muniment_sandbox.shopify.keeping.holders import Holder

__all__ = ["DataFile", "Holder"]
