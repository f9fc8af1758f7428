"""RM classifications, record details with their token, RSIs, final records."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.sandbox_ecm.desk import Desk, Reply

CONFLICT = (400, "Could not update metadata (edit conflict).")


class RecordDesk:
    """A document and the calls that make a record of it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.node = desk.document()
        self.path = f"/v1/nodes/{self.node}/rmclassifications"

    @property
    def shown(self) -> Any:
        return self.desk.get(self.path).json

    @property
    def record(self) -> Any:
        return self.shown["data"][0]

    @property
    def token(self) -> str:
        return str(self.shown["rm_metadataToken"])

    def class_id(self, name: str = "Accounting documents") -> int:
        tree = self.desk.state.tree
        volume = tree.volume(198)
        assert volume is not None
        retention = tree.child_named(volume.id, "Retention")
        assert retention is not None
        found = tree.child_named(retention.id, name)
        assert found is not None
        return found.id

    def classify(self, name: str = "Accounting documents", **more: object) -> Reply:
        return self.desk.call("POST", self.path, body={"class_id": self.class_id(name), **more})

    def change(self, **changes: object) -> Reply:
        return self.desk.call("PUT", self.path, body={"rm_metadataToken": self.token, **changes})


@pytest.fixture
def records(desk: Desk) -> RecordDesk:
    return RecordDesk(desk)


def test_an_unclassified_node_has_no_record(records: RecordDesk) -> None:
    shown = records.shown
    assert shown["data"] == []
    assert (shown["canRMClassify"], shown["canBeUnclassified"]) == (True, False)
    assert shown["classVolumeID"] == 2014


def test_a_classified_node_has_what_its_class_says_and_the_date_it_was_given(records: RecordDesk) -> None:
    assert records.classify(record_date="2026-05-30").status == 200
    record = records.record
    assert record["rmclassification_id"] == records.class_id()
    assert record["record_date"] == "2026-05-30T00:00:00"
    assert (record["rsi"], record["file_number"]) == ("ACC-10Y", "MUN-01")
    assert (record["file_status"], record["essential"], record["storage"]) == ("ACTIVE", "NR", "EL")
    assert record["status_date"] == "2026-06-01T00:00:00"
    rsis = records.desk.get(f"/v1/nodes/{records.node}/rsis").json["data"]
    assert rsis == [{"class_id": records.class_id(), "rsi": "ACC-10Y"}]


def test_the_token_turns_with_every_change_and_a_stale_one_is_refused(records: RecordDesk) -> None:
    first = records.token
    records.classify()
    second = records.token
    assert second != first
    assert records.change(file_status="CLOSED").status == 200
    assert records.token not in (first, second)
    stale = {"rm_metadataToken": second, "essential": "ES"}
    assert records.desk.call("PUT", records.path, body=stale).error == CONFLICT
    assert records.desk.call("PUT", records.path, body={"essential": "ES"}).error == CONFLICT
    assert (records.record["file_status"], records.record["essential"]) == ("CLOSED", "NR")


def test_another_class_needs_the_token(records: RecordDesk) -> None:
    records.classify()
    assert records.classify("Correspondence").error == CONFLICT
    assert records.classify("Correspondence", rm_metadataToken=records.token).status == 200
    assert records.record["name"] == "Correspondence"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"cycle_period": 5}, "Incorrect Cycle Period specified."),
        ({"rsi": "NO-SUCH"}, "Incorrect RSI specified."),
        ({"status": "GONE"}, "Incorrect Status specified."),
        ({"essential": "MAYBE"}, "Incorrect Essential specified."),
        ({"record_date": "soon"}, "Invalid datatype specified for argument 'record_date'"),
    ],
)
def test_what_the_code_tables_do_not_have_is_refused(
    records: RecordDesk, changes: dict[str, object], text: str
) -> None:
    records.classify()
    before = records.shown
    assert records.change(**changes).error == (400, text)
    assert records.shown == before


def test_both_spellings_of_the_status_are_read(records: RecordDesk) -> None:
    records.classify()
    records.change(status="CLOSED")
    assert records.record["file_status"] == "CLOSED"
    records.change(file_status="ACTIVE", official=True, cycle_period="365", subject="s")
    record = records.record
    assert (record["status"], record["official"], record["cycle_period"], record["subject"]) == (
        "ACTIVE", True, 365, "s",
    )  # fmt: skip


def test_rsis_are_added_and_removed(records: RecordDesk) -> None:
    records.classify()
    path = f"{records.path}/{records.class_id()}/rsis"
    assert records.desk.call("POST", f"{path}?rsi=COR-06Y").json["data"][1]["rsi"] == "COR-06Y"
    assert records.desk.call("DELETE", f"{path}?rsi=ACC-10Y").json["data"][0]["rsi"] == "COR-06Y"
    assert records.desk.call("POST", f"{path}?rsi=none").status == 400
    details = records.desk.get(f"/v1/nodes/{records.node}/rsi/ACC-10Y/GetRSIDetails").json["data"]
    assert (details[0]["RetentionYears"], details[0]["CalculatedDate"]) == (10, "2036-06-01")


def test_a_new_item_inherits_the_class_of_its_folder(records: RecordDesk) -> None:
    desk = records.desk
    folder = desk.folder()
    body = {"class_id": records.class_id()}
    desk.call("POST", f"/v1/nodes/{folder}/rmclassifications", body=body)
    inside = desk.document(parent_id=folder)
    record = desk.get(f"/v1/nodes/{inside}/rmclassifications").json["data"][0]
    assert record["inherited_rmclassification_id"] == records.class_id()
    copied = desk.call("POST", "/v2/nodes", body={"original_id": inside, "parent_id": 2000, "name": "copy"})
    path = f"/v1/nodes/{copied.properties['id']}/rmclassifications"
    assert desk.get(path).json["data"][0]["name"] == "Accounting documents"


def test_a_class_reaches_what_is_there_already_on_request(records: RecordDesk) -> None:
    desk = records.desk
    folder = desk.folder()
    inside = desk.document(parent_id=folder)
    body = {"class_id": records.class_id(), "apply_to_sub_items": True}
    desk.call("POST", f"/v1/nodes/{folder}/rmclassifications", body=body)
    found = desk.get(f"/v2/classifieditems/{records.class_id()}/page?page=1&limit=1").json
    assert found["collection"]["paging"]["total_count"] == 2
    assert len(found["results"]["contents"]) == 1
    assert desk.get(f"/v1/nodes/{inside}/rmclassifications").json["data"]


def test_a_final_record_cannot_be_changed_or_deleted(records: RecordDesk) -> None:
    desk, node = records.desk, records.node
    records.classify()
    category = desk.category("Shopify Document")
    desk.call("POST", f"/v2/nodes/{node}/categories", {"category_id": category})
    assert desk.call("PUT", "/v1/rmclassifications/finalizerecords", body={"ids": [node]}).status == 200
    refused = [
        desk.upload(f"/v2/nodes/{node}/versions", {}),
        desk.call("PUT", f"/v2/nodes/{node}/categories/{category}", {f"{category}_2": "x"}),
        desk.call("PUT", f"/v2/nodes/{node}", {"name": "other"}),
        desk.call("PUT", f"/v2/nodes/{node}", {"description": "other"}),
        desk.call("DELETE", f"/v2/nodes/{node}/versions", {"number_to_keep": 1}),
        desk.call("DELETE", f"/v2/nodes/{node}"),
        desk.call("DELETE", f"{records.path}/{records.class_id()}?rm_metadataToken={records.token}"),
    ]
    assert {one.status for one in refused} == {500}
    assert all("final record" in one.error[1] for one in refused)
    shown = records.shown
    assert (shown["canFinalize"], shown["data"][0]["official"]) == (False, True)
    folder = desk.folder()
    assert desk.call("PUT", f"/v2/nodes/{node}", {"parent_id": folder}).status == 200  # filing plans change
    assert desk.call("DELETE", f"/v2/nodes/{folder}").status == 500


def test_many_records_are_changed_at_once_or_none(records: RecordDesk) -> None:
    desk = records.desk
    records.classify()
    other = desk.document("b.txt")
    form = {"ids": [records.node, other], "docDate": "20260101", "fileStatus": "CLOSED"}
    assert desk.call("POST", "/v1/rmclassifications/RMMetadata", form).status == 400
    assert records.record["file_status"] == "ACTIVE"
    batch = {"ids": [records.node, other], "classID": records.class_id()}
    assert desk.call("POST", "/v1/rmclassifications/batchAddClassification", batch).status == 200
    assert desk.call("POST", "/v1/rmclassifications/RMMetadata", form | {"rsiRemove": "true"}).status == 200
    assert (records.record["record_date"], records.record["rsi"]) == ("2026-01-01T00:00:00", None)
    assert desk.call("PUT", "/v1/rmclassifications/finalizerecords").status == 404


def test_a_record_is_made_confidential_and_unclassified(records: RecordDesk) -> None:
    path = f"{records.path}/makeConfidential"
    assert records.desk.call("PUT", path).status == 404
    records.classify()
    assert records.desk.call("PUT", path).status == 200
    assert records.record["confidential"]
    records.desk.call("PUT", f"{records.path}/removeConfidential")
    assert not records.record["confidential"]
    gone = f"{records.path}/{records.class_id()}"
    assert records.desk.call("DELETE", gone).error == CONFLICT
    assert records.desk.call("DELETE", f"{gone}?rm_metadataToken={records.token}").status == 200
    assert records.shown["data"] == []


def test_only_what_is_an_rm_classification_classifies(records: RecordDesk) -> None:
    reply = records.desk.call("POST", records.path, body={"class_id": 2000})
    assert reply.error == (400, "The item 2000 is not an RM Classification.")


def test_every_family_has_a_class_with_a_retention_rule(desk: Desk) -> None:
    codes = desk.get("/v2/recordsmanagement/rmcodes").results["data"]
    assert codes["hold_type"]["default_value"] == "LEGAL"
    assert {"code": "VR", "description": "Vital record", "vital": True} in codes["essential"]["values"]
    assert codes["action_code"]["values"][0]["code"] == 0
    rsis = desk.get("/v2/rsis?limit=100").results["data"]["rsis"]
    assert len(rsis) == 10
    assert {(row["RetStage"], row["ActionCode"]) for row in rsis} == {("DIS", "32")}


def test_a_retention_rule_is_defined_scheduled_and_approved(desk: Desk) -> None:
    form = {"name": "NEW-1", "status": "ACTIVE", "title": "New", "dispcontrol": "True"}
    made = desk.call("POST", "/v2/rsischedules", form).results
    assert made["ok"]
    stage = {"stage": "ACT", "eventType": 1, "dateToUse": 95, "retentionYears": 2, "retentionMonths": 3}
    added = desk.call("POST", f"/v2/rsischedules/{made['id']}/stages", stage).results
    row = desk.get(f"/v2/rsis/{made['id']}").results["data"]["rsis"][0]
    assert (row["RetYears"], row["RetMonths"], row["ApprovalFlag"], row["DispControl"]) == (2, 3, 0, 1)
    approve = f"/v2/rsischedules/{made['id']}/approve/{added['id']}"
    assert desk.call("PUT", approve, {"approvalComment": "good"}).results["ok"]
    history = desk.get(f"/v2/rsischedules/{made['id']}/approvalhistory").json
    assert history["data"][0]["data"]["approval_comments"] == "good"
    again = desk.call("POST", "/v2/rsischedules", form)
    assert (again.status, again.json["results"]["ok"]) == (400, False)
    assert desk.call("DELETE", f"/v2/rsischedules/{made['id']}").results["ok"]
    reader = desk.as_member("muniment-reader")
    assert (
        reader.call("POST", "/v2/rsischedules", form).json["results"]["errMsg"] == "Insufficient Permissions"
    )


def test_codes_are_added(desk: Desk) -> None:
    assert (
        desk.call(
            "POST", "/v1/recordsmanagement/rmcodes/rmholdtype", {"code": "X", "description": "x"}
        ).status
        == 200
    )
    codes = desk.get("/v1/recordsmanagement/rmcodes").json
    assert {"holdtype": "X", "description": "x"} in codes["rmholdtype"]
    assert desk.call("POST", "/v1/recordsmanagement/rmcodes/hold_type", {"code": "X"}).status == 400
    assert desk.call("POST", "/v1/recordsmanagement/rmcodes/none", {"code": "X"}).status == 400


def test_names_of_retention_rules_are_found(desk: Desk) -> None:
    found = desk.call("POST", "/v1/rsis", {"query": "acc"}).json
    assert found["data"]["fast_codes"] == found["fast:codes"] == [{"name": "ACC-10Y"}]
