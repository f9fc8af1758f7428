"""What ``muniment doctor shopify`` looks at: of each shop its access, its version, its hooks, its limits."""

from __future__ import annotations

from muniment_ops.shop_doctor.examination import examine_shops

__all__ = ["examine_shops"]
