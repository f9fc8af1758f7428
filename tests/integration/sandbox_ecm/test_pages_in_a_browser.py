"""The pages as people use them, in a real browser, with JavaScript on and off."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page, expect

from muniment_sandbox.ecm.state.workflow_processes import Standing
from muniment_sandbox.ecm.testing import RunningEcm
from tests.integration.sandbox_ecm.office import Office, furnished

EVIL = "<script>evil=1</script><img src onerror=evil=1>"


async def sign_in(page: Page, ecm: RunningEcm, person: str = "Ana Rivera") -> None:
    await page.goto(ecm.origin)
    await page.get_by_role("link", name="My tasks").click()
    await expect(page.get_by_role("heading", name="Who are you today?")).to_be_visible()
    await page.get_by_text(person, exact=True).click()
    await page.get_by_label("Password").fill("rivera-secret")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="My tasks")).to_be_visible()


async def find_invoice(page: Page, office: Office, folder: Path) -> None:
    """From the overview to the invoice; its bytes arrive in the viewer and as a download."""
    await page.get_by_role("link", name="Workspaces").click()
    await page.get_by_label("Name contains").fill("order #1001")
    await page.get_by_role("button", name="Search").click()
    await page.get_by_role("link", name=office.order.name).click()
    await expect(page.get_by_role("heading", name=office.order.name)).to_be_visible()
    async with page.expect_response(f"**/nodes/{office.invoice.id}/versions/1") as shown:
        await page.get_by_role("link", name=office.invoice.name).click()
    response = await shown.value
    assert response.status == 200
    headers = await response.all_headers()
    assert headers["content-type"] == "application/pdf"
    assert headers["content-length"] == str(len(office.invoice_pdf))
    async with page.expect_download() as saved:
        await page.get_by_role("link", name="Download", exact=True).click()
    download = await saved.value
    assert download.suggested_filename == office.invoice.name
    await download.save_as(folder / office.invoice.name)
    assert (folder / office.invoice.name).read_bytes() == office.invoice_pdf


async def approve(page: Page, office: Office) -> None:
    """From the inbox to the decision, and to the history that shows it."""
    await page.get_by_role("link", name="My tasks").click()
    await page.get_by_role("link", name=office.process.title).click()
    await page.get_by_label("Comment").fill("The address is the customer's own.")
    await page.get_by_role("button", name="Approve").click()
    await expect(page.get_by_role("status")).to_contain_text("Approve")
    assert office.process.standing is Standing.COMPLETED
    await page.get_by_role("link", name="Workflows", exact=True).click()
    await page.get_by_role("link", name=office.process.title).click()
    history = page.get_by_role("list").filter(has_text="The address is the customer's own.")
    await expect(history).to_contain_text("Ana Rivera")
    await expect(history).to_contain_text("Approve")


async def test_an_approver_opens_the_invoice_of_an_order_and_decides(
    page: Page, ecm: RunningEcm, tmp_path: Path
) -> None:
    office = furnished(ecm.state)
    await sign_in(page, ecm)
    await find_invoice(page, office, tmp_path)
    await approve(page, office)


async def test_all_of_it_works_without_javascript(plain_page: Page, ecm: RunningEcm, tmp_path: Path) -> None:
    office = furnished(ecm.state)
    await sign_in(plain_page, ecm)
    await find_invoice(plain_page, office, tmp_path)
    await approve(plain_page, office)


async def test_the_browser_asks_for_the_comment_before_it_sends_the_decision(
    page: Page, ecm: RunningEcm
) -> None:
    office = furnished(ecm.state)
    await sign_in(page, ecm)
    await page.get_by_role("link", name=office.process.title).click()
    await page.get_by_role("button", name="Reject").click()
    assert await page.get_by_label("Comment").evaluate("field => field.validity.valueMissing")
    assert office.process.standing is Standing.RUNNING


async def test_what_a_shop_wrote_is_shown_and_never_run(page: Page, ecm: RunningEcm) -> None:
    office = furnished(ecm.state, customer=EVIL, text=EVIL)
    await sign_in(page, ecm)
    for path in (
        "/tasks",
        f"/tasks/{office.process.id}/1",
        f"/workflows/{office.process.id}",
        f"/nodes/{office.order.id}",
        "/?q=%3Cscript",
    ):
        await page.goto(f"{ecm.origin}{path}")
        await expect(page.get_by_text(EVIL).first).to_be_visible()
        assert await page.evaluate("window.evil") is None
        assert await page.locator("img[onerror], script").count() == 0
