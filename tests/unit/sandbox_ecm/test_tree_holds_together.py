"""Whatever is done to the tree, in whatever order: what it says of itself stays true."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from tests.unit.sandbox_ecm.desk import Desk, Reply
from tests.unit.sandbox_ecm.diary import Diary

BO_IDS = st.sampled_from(["1", "2", "3"])
NAMES = st.sampled_from(["a", "B", "b", "c"])
NICKNAMES = st.sampled_from(["n1", "n2", ""])
BOIDS = "/v2/externalsystems/SHOPIFY/botypes/order/boids"


class TreeMachine(RuleBasedStateMachine):
    """Creates, moves, copies, deletes, restores, purges; every refusal must be one of the server's."""

    nodes: Bundle[int] = Bundle("nodes")

    def __init__(self) -> None:
        super().__init__()
        self.diary = Diary()
        self.desk = Desk(journal=self.diary)
        self.root = self.desk.folder("root")

    def teardown(self) -> None:
        self.diary.check_that_it_heard_everything()

    def try_to(self, method: str, path: str, form: dict[str, object] | None = None, **body: object) -> Reply:
        reply = self.desk.call(method, path, form, body=body or None)
        assert reply.status in (200, 400, 404, 500)
        assert reply.status == 200 or reply.error[1]
        return reply

    @rule(target=nodes, parent=nodes | st.none(), name=NAMES)
    def make_folder(self, parent: int | None, name: str) -> int:
        reply = self.try_to("POST", "/v2/nodes", type=0, parent_id=parent or self.root, name=name)
        return int(reply.properties["id"]) if reply.status == 200 else self.root

    @rule(target=nodes, bo_id=BO_IDS, name=NAMES)
    def make_order(self, bo_id: str, name: str) -> int:
        reply = self.try_to(
            "POST", "/v2/businessworkspaces", ext_system_id="SHOPIFY", bo_type="order", bo_id=bo_id, name=name
        )
        return int(reply.results["id"]) if reply.status == 200 else self.root

    @rule(target=nodes, source=nodes, parent=nodes, name=NAMES)
    def copy(self, source: int, parent: int, name: str) -> int:
        reply = self.try_to("POST", "/v2/nodes", original_id=source, parent_id=parent, name=name)
        return int(reply.properties["id"]) if reply.status == 200 else self.root

    @rule(node=nodes, parent=nodes, name=NAMES)
    def move(self, node: int, parent: int, name: str) -> None:
        self.try_to("PUT", f"/v2/nodes/{node}", parent_id=parent, name=name)

    @rule(node=nodes, nickname=NICKNAMES)
    def nickname(self, node: int, nickname: str) -> None:
        self.try_to("PUT", f"/v2/nodes/{node}/nicknames", {"nickname": nickname})

    @rule(one=nodes, other=nodes)
    def relate(self, one: int, other: int) -> None:
        self.try_to("POST", f"/v2/businessworkspaces/{one}/relateditems", {"rel_bw_id": other})

    @rule(node=nodes)
    def delete(self, node: int) -> None:
        if node != self.root:
            self.try_to("DELETE", f"/v2/nodes/{node}")

    @rule(node=nodes, what=st.sampled_from(["restore", "purge"]))
    def recycle(self, node: int, what: str) -> None:
        self.try_to("POST", f"/v2/volumes/recyclebin/nodes/{what}", {"ids": [node]})

    @invariant()
    def every_container_counts_its_children_and_each_knows_its_parent(self) -> None:
        tree, seen = self.desk.state.tree, 0
        for volume in tree.volumes():
            for node in tree.descendants(volume):
                seen += 1
                assert not node.in_recycle_bin
                assert tree.find(node.id) is node
                assert not node.nickname or tree.by_nickname(node.nickname) is node
                for child_id in tree.children(node.id).ids():
                    assert tree.get(child_id).parent_id == node.id
        assert tree.count() == seen

    @invariant()
    def business_objects_and_nicknames_lead_to_living_nodes(self) -> None:
        for bo_id in ("1", "2", "3"):
            reply = self.desk.get(f"{BOIDS}/{bo_id}")
            if reply.status == 200:
                node = reply.results[0]["data"]["properties"]["id"]
                data = self.desk.get(f"/v2/businessworkspaces/{node}").results["data"]
                assert bo_id in [one["business_object_id"] for one in data["workspace_references"]]
        for nickname in ("n1", "n2"):
            assert self.desk.get(f"/v2/nicknames/{nickname}/nodes").status in (200, 404)

    @invariant()
    def relations_are_two_sided_and_the_bin_can_be_listed(self) -> None:
        state = self.desk.state
        for node_id in state.workspaces.all():
            workspace = state.workspaces.get(node_id)
            for child_id in state.workspaces.related(workspace, "child"):
                assert node_id in state.workspaces.related(state.workspaces.get(child_id), "parent")
        assert self.desk.get("/v2/volumes/recyclebin/nodes").status == 200


TestTree = TreeMachine.TestCase
TestTree.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
