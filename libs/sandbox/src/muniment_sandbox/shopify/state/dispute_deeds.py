"""What can happen about risk and disputes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from muniment_sandbox.shopify.state import assessing, disputing
from muniment_sandbox.shopify.state.disputes import ShopifyPaymentsDispute, ShopifyPaymentsDisputeFileUpload
from muniment_sandbox.shopify.state.disputing import FileSlots
from muniment_sandbox.shopify.state.ledger import Ledger
from muniment_sandbox.shopify.state.merchant import App
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.risks import OrderRiskAssessment, RiskFact


class DisputeDeeds(Ledger):
    """The shop's deeds with risk and disputes. Methods raise NotPossible where the state forbids it."""

    def assess_risk(
        self, order: Order, level: str, facts: Sequence[RiskFact] = (), provider: App | None = None
    ) -> OrderRiskAssessment:
        """Say how risky an order is: ``orders/risk_assessment_changed``. No ``provider``: Shopify itself."""
        return assessing.assess(self, order, level, facts, provider)

    def protect(self, order: Order, status: str, eligibility: str) -> None:
        """Set what Shopify Protect says: ``orders/shopify_protect_eligibility_changed``."""
        assessing.protect(self, order, status, eligibility)

    def open_dispute(
        self, order: Order, reason: str = "FRAUDULENT", kind: str = "CHARGEBACK"
    ) -> ShopifyPaymentsDispute:
        """Let the bank dispute the card payments: ``disputes/create``. ``orders/updated`` is not told."""
        return disputing.open_dispute(self, order, reason, kind)

    def decide_dispute(self, dispute: ShopifyPaymentsDispute, status: str) -> None:
        """Decide it, WON, LOST or ACCEPTED: ``disputes/update``."""
        disputing.decide(self, dispute, status)

    def upload_dispute_file(
        self, dispute: ShopifyPaymentsDispute, name: str, file_type: str, size: int
    ) -> ShopifyPaymentsDisputeFileUpload:
        """Take a file that evidence can name."""
        return disputing.upload_file(self, dispute, name, file_type, size)

    def give_evidence(
        self,
        dispute: ShopifyPaymentsDispute,
        texts: Mapping[str, object],
        files: FileSlots,
        *,
        submit: bool = False,
    ) -> None:
        """Write the evidence, and submit it for good: ``disputes/update``."""
        disputing.give_evidence(self, dispute, texts, files, submit=submit)
