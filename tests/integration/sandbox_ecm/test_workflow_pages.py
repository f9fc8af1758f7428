"""The approver's desk in the pages: signing in, the inbox, deciding, and everything that must not work."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping

import aiohttp
import pytest

from muniment_sandbox.ecm.state.creation import NewNode
from muniment_sandbox.ecm.state.upload import Upload
from muniment_sandbox.ecm.state.workflow_processes import Process, Standing
from muniment_sandbox.ecm.state.workspace_creation import NewWorkspace
from muniment_sandbox.ecm.state.workspaces import BusinessObject
from muniment_sandbox.ecm.testing import RunningEcm

pytestmark = pytest.mark.connected
EVIL = '<script>alert("1")</script>'


class Browser:
    """Somebody with a browser that keeps cookies and follows redirects."""

    def __init__(self, session: aiohttp.ClientSession, ecm: RunningEcm) -> None:
        self.session, self.ecm = session, ecm

    async def open(self, path: str) -> tuple[int, str, str]:
        async with self.session.get(f"{self.ecm.origin}{path}") as response:
            return response.status, await response.text(), response.url.path_qs

    async def send(self, path: str, fields: Mapping[str, str]) -> tuple[int, str, str]:
        async with self.session.post(f"{self.ecm.origin}{path}", data=fields) as response:
            return response.status, await response.text(), response.url.path_qs

    async def sign_in(self, name: str, next_path: str = "/tasks") -> tuple[int, str, str]:
        fields = {"name": name, "password": f"{name}-secret", "next": next_path}
        return await self.send("/sign-in", fields)

    async def act(self, path: str, **fields: str) -> tuple[int, str, str]:
        """Fill the form of a task page and send it."""
        _, page, _ = await self.open(path)
        token = re.search(r'name="token" value="([0-9a-f]+)"', page)
        assert token, page
        return await self.send(path, {"token": token.group(1), **fields})

    def start(self, name: str = "Exception Review", title: str = "Fraud on #1001") -> Process:
        """A workflow about a case with a PDF, a text and an attribute that looks like markup."""
        state = self.ecm.state
        writer = state.members.named("muniment-writer")
        assert writer is not None
        key = BusinessObject("SHOPIFY", "case", f"shop.{state.sequence.next()}")
        case = state.workspace_creation.create(NewWorkspace(name=key.bo_id, business_object=key), writer.id)
        documents = [
            state.creation.create(NewNode(case.id, 144, file, upload=Upload(file, mime, content)), writer.id)
            for file, mime, content in (
                ("note.txt", "text/plain", EVIL.encode()),
                ("evidence.pdf", "application/pdf", b"%PDF-1.7"),
            )
        ]
        draft = state.workflows.prepare(
            state.workflows.maps.named(name).id, writer, [document.id for document in documents]
        )
        state.workflows.fill(draft, {"WorkflowForm_Title": title, "WorkflowForm_5": f"#1001 {EVIL}"})
        return state.workflows.initiate(state.workflows.draft(draft.id, writer), writer, "By rule")


@pytest.fixture
async def browser(ecm: RunningEcm) -> AsyncIterator[Browser]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        yield Browser(session, ecm)


async def test_who_is_not_signed_in_is_asked_to_and_comes_back(browser: Browser) -> None:
    process = browser.start()
    path = f"/tasks/{process.id}/1"
    status, page, where = await browser.open(path)
    assert status == 200
    assert where == f"/sign-in?next=/tasks/{process.id}/1"
    assert "Ana Rivera" in page
    assert "muniment-writer" not in page
    _, page, where = await browser.sign_in("rivera", path)
    assert where == path
    assert "Fraud on #1001" in page


async def test_a_wrong_password_signs_nobody_in(browser: Browser) -> None:
    status, page, _ = await browser.send("/sign-in", {"name": "rivera", "password": "guess"})
    assert status == 401
    assert "Nobody was signed in" in page
    assert (await browser.open("/tasks"))[2].startswith("/sign-in")


@pytest.mark.parametrize("next_path", ["//evil.example", "https://evil.example", "/\\evil.example", ""])
async def test_signing_in_never_leads_to_another_server(browser: Browser, next_path: str) -> None:
    assert (await browser.sign_in("rivera", next_path))[2] == "/tasks"


async def test_an_approver_reads_a_task_and_decides(browser: Browser) -> None:
    process = browser.start()
    _, inbox, _ = await browser.sign_in("rivera")
    assert "Fraud on #1001" in inbox
    path = f"/tasks/{process.id}/1"
    _, page, _ = await browser.open(path)
    assert "Compare the order with the attached evidence" in page
    assert page.index("evidence.pdf") < page.index("note.txt")
    assert re.search(r'<iframe[^>]+src="/nodes/\d+/versions/1', page)
    assert EVIL not in page
    assert "&lt;script&gt;" in page
    status, page, where = await browser.act(path, choice="decide:Approve", comment="All checked")
    assert status == 200
    assert where == f"/tasks?done={process.id}"
    assert "Done: <strong>Approve</strong> for Fraud on #1001" in page
    assert process.standing is Standing.COMPLETED
    _, history, _ = await browser.open(f"/workflows/{process.id}")
    assert "All checked" in history
    assert "completed with disposition" in history
    assert (await browser.open(path))[0] == 404


async def test_a_decision_needs_a_reason_and_keeps_what_was_typed(browser: Browser) -> None:
    process = browser.start()
    await browser.sign_in("rivera")
    path = f"/tasks/{process.id}/1"
    status, page, _ = await browser.act(path, choice="decide:Reject", comment="  ")
    assert status == 400
    assert "Please say why" in page
    status, page, _ = await browser.act(path, choice="delegate", comment="I am away")
    assert status == 400
    assert "I am away" in page
    assert (await browser.act(path, choice="fly", comment="why not"))[0] == 400
    assert (await browser.act(path, choice="decide:Odd", comment="why not"))[0] == 400
    assert (await browser.act(path, choice="decide:Reject", comment="x" * 4001))[0] == 400
    assert process.decision is None


async def test_a_form_from_elsewhere_changes_nothing(browser: Browser) -> None:
    process = browser.start()
    await browser.sign_in("rivera")
    path = f"/tasks/{process.id}/1"
    for token in ("", "0" * 64):
        fields = {"choice": "decide:Approve", "comment": "forged", "token": token}
        status, page, _ = await browser.send(path, fields)
        assert status == 400
        assert "out of date" in page
    assert process.decision is None
    assert (await browser.send("/sign-out", {"token": "x"}))[2] == "/sign-in"
    assert (await browser.open("/tasks"))[2] == "/tasks"


async def test_a_task_is_handed_over_and_sent_back_from_review(browser: Browser) -> None:
    process = browser.start()
    lindqvist = browser.ecm.state.members.named("lindqvist")
    assert lindqvist is not None
    path = f"/tasks/{process.id}/1"
    await browser.sign_in("rivera")
    await browser.act(path, choice="review", comment="Your view?", assignee=str(lindqvist.id))
    assert (await browser.open(path))[0] == 404
    await browser.sign_in("lindqvist")
    _, page, _ = await browser.open(path)
    assert "asks for your opinion" in page
    assert "Approve</button>" not in page
    await browser.act(path, choice="send-on", comment="Plausible")
    await browser.sign_in("rivera")
    await browser.act(path, choice="delegate", comment="On leave", assignee=str(lindqvist.id))
    assert browser.ecm.state.workflows.assignments(lindqvist)[0][0] is process


async def test_somebody_elses_task_and_workflow_stay_hidden(browser: Browser) -> None:
    process = browser.start()
    await browser.sign_in("okafor")
    assert (await browser.open(f"/tasks/{process.id}/1"))[0] == 404
    assert (await browser.open(f"/workflows/{process.id}"))[0] == 404
    assert "Nothing waits for you" in (await browser.open("/tasks"))[1]
    assert "No workflow yet" in (await browser.open("/workflows"))[1]


async def test_the_signature_of_a_step_is_asked_for(browser: Browser) -> None:
    state = browser.ecm.state
    admin, rivera = state.members.named("admin"), state.members.named("rivera")
    assert admin is not None
    assert rivera is not None
    process = state.workflows.start(state.workflows.maps.named("Parallel Review").id, admin)
    for step in (1, 2):
        task = process.open_task(step)
        assert task is not None
        state.workflows.send_on(process, task, rivera, "")
    await browser.sign_in("rivera")
    path = f"/tasks/{process.id}/3"
    status, page, _ = await browser.act(path, choice="decide:Approve", comment="Signed", password="x")
    assert status == 400
    assert "Invalid username/password specified" in page
    assert (await browser.act(path, choice="decide:Approve", comment="Signed", password="rivera-secret"))[
        0
    ] == 200


async def test_signing_out_ends_the_session(browser: Browser) -> None:
    await browser.sign_in("rivera")
    _, page, _ = await browser.open("/tasks")
    token = re.search(r'name="token" value="([0-9a-f]+)"', page)
    assert token
    assert (await browser.send("/sign-out", {"token": token.group(1)}))[2] == "/sign-in"
    assert (await browser.open("/tasks"))[2].startswith("/sign-in")
