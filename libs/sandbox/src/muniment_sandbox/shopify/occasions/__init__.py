"""What can befall a running shop, by name and seed: of these a played shop's life is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.occasions.account_occasions import ACCOUNT_OCCASIONS
from muniment_sandbox.shopify.occasions.decision_occasions import DECISION_OCCASIONS
from muniment_sandbox.shopify.occasions.order_occasions import ORDER_OCCASIONS
from muniment_sandbox.shopify.state.ledger import NotPossible, UnknownId
from muniment_sandbox.shopify.state.shop import Shop

__all__ = ["OCCASIONS", "Happened", "befall"]

OCCASIONS: Mapping[str, Callable[[Shop, Random], str]] = {
    **ORDER_OCCASIONS,
    **DECISION_OCCASIONS,
    **ACCOUNT_OCCASIONS,
}


@dataclass(frozen=True, slots=True)
class Happened:
    """What came of an occasion: ``words`` say it, or why there was nothing to do."""

    is_done: bool
    words: str


def befall(shop: Shop, name: str, seed: str) -> Happened:
    """Let an occasion come about; the same seed does the same to a shop in the same state.

    Raises UnknownId for an unknown name.
    """
    if name not in OCCASIONS:
        raise UnknownId(f"There is no occasion {name!r}. Known: {', '.join(sorted(OCCASIONS))}.")
    try:
        return Happened(True, OCCASIONS[name](shop, dice(f"{name}/{seed}")))
    except (NotPossible, LookupError) as refused:
        return Happened(False, str(refused))
