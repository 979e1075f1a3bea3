"""`warehouse-user-assignments` (contract, section 3; the errors are Glue's)."""

import pytest
from django.db import DatabaseError

from backoffice.models import User, WarehouseUserAssignment
from backoffice.services import assignments, users
from mfa import selectors
from mfa.models import Event
from mfa.web import activity
from tests.backoffice.api.conftest import as_backend, profile
from tests.cast import NOW, ORIGIN, error_codes
from tests.racing import at_once, kinds

PATH = "warehouse-user-assignments"
NOBODY = "00000000-0000-0000-0000-000000000000"


def answer(response):
    return response.status_code, error_codes(response)


def create(client, account, warehouse, **attributes):
    told = {"userUuid": str(profile(account).uuid), "warehouse": {"uuid": str(warehouse.pk)}} | attributes
    return client.ask("post", PATH, attributes=told)


def active():
    """The warehouses in which anybody works now."""
    return sorted(WarehouseUserAssignment.objects.filter(is_active=True).values_list("warehouse__name", flat=True))


def test_a_new_assignment_tells_user_and_warehouse(boss, picker, berlin):
    response = create(boss, picker, berlin, isActive=True)

    data = response.json()["data"]
    assert response.status_code == 201
    assert data["attributes"] == {
        "userUuid": str(picker.user.uuid), "isActive": True,
        "warehouse": {"uuid": str(berlin.pk), "name": "Berlin", "isActive": True},
    }  # fmt: skip
    assert data["links"]["self"] == f"http://testserver/glue-backend/{PATH}/{data['id']}"
    assert boss.ask("get", f"{PATH}/{data['id']}").json()["data"] == data


@pytest.mark.parametrize(("given", "expected"), [(True, True), ("true", True), (False, False), ("false", False)])
def test_activity_may_be_told_in_words(boss, picker, berlin, given, expected):
    assert create(boss, picker, berlin, isActive=given).json()["data"]["attributes"]["isActive"] is expected


def test_it_is_not_active_unless_that_is_said(boss, picker, berlin):
    assert create(boss, picker, berlin).json()["data"]["attributes"]["isActive"] is False


def test_a_new_active_one_takes_the_place_of_the_other(boss, picker, assignment, nuremberg):
    create(boss, picker, nuremberg, isActive=True)

    assert active() == ["Nuremberg"]


def test_a_new_inactive_one_leaves_the_other_alone(boss, picker, assignment, nuremberg):
    create(boss, picker, nuremberg, isActive=False)

    assert active() == ["Berlin"]


@pytest.mark.parametrize("uuid", [NOBODY, "test", "", " ", "\u0660" * 36])
def test_an_unknown_user_is_5202(boss, berlin, uuid):
    response = boss.ask("post", PATH, attributes={"userUuid": uuid, "warehouse": {"uuid": str(berlin.pk)}})

    assert answer(response) == ((422, ["901"]) if not uuid.strip() else (400, ["5202"]))


@pytest.mark.parametrize("uuid", [NOBODY, "test"])
def test_an_unknown_warehouse_is_5203(boss, picker, uuid):
    told = {"userUuid": str(picker.user.uuid), "warehouse": {"uuid": uuid}}

    assert answer(boss.ask("post", PATH, attributes=told)) == (400, ["5203"])


def test_the_same_again_is_5206(boss, picker, berlin, assignment):
    assert answer(create(boss, picker, berlin)) == (400, ["5206"])
    assert active() == ["Berlin"]


@pytest.mark.parametrize(
    "attributes",
    [{}, {"userUuid": NOBODY}, {"warehouse": {"uuid": NOBODY}}, {"userUuid": NOBODY, "warehouse": {}},
     {"userUuid": 7, "warehouse": {"uuid": NOBODY}}, {"userUuid": NOBODY, "warehouse": NOBODY},
     {"userUuid": NOBODY, "warehouse": {"uuid": NOBODY}, "isActive": "perhaps"},
     {"userUuid": NOBODY, "warehouse": {"uuid": NOBODY}, "isActive": None},
     {"userUuid": NOBODY, "warehouse": {"uuid": NOBODY}, "isActive": []}],
)  # fmt: skip
def test_what_is_missing_or_of_a_wrong_kind_is_901(boss, attributes):
    response = boss.ask("post", PATH, attributes=attributes)

    assert (response.status_code, set(error_codes(response))) == (422, {"901"})


def test_activating_one_deactivates_the_other(boss, assignment, other_assignment):
    response = boss.ask("patch", f"{PATH}/{other_assignment.pk}", type=PATH, attributes={"isActive": True})

    assert (response.status_code, response.json()["data"]["attributes"]["isActive"]) == (200, True)
    assert active() == ["Nuremberg"]


def test_activating_touches_nobody_else(boss, assignment, other_assignment, manager, berlin):
    WarehouseUserAssignment.objects.create(user=manager.user, warehouse=berlin, is_active=True)

    boss.ask("patch", f"{PATH}/{other_assignment.pk}", type=PATH, attributes={"isActive": True})

    assert active() == ["Berlin", "Nuremberg"]


def test_activating_the_active_one_changes_nothing(boss, assignment):
    assert boss.ask("patch", f"{PATH}/{assignment.pk}", type=PATH, attributes={"isActive": True}).status_code == 200
    assert active() == ["Berlin"]


def test_deactivating_leaves_none(boss, assignment):
    boss.ask("patch", f"{PATH}/{assignment.pk}", type=PATH, attributes={"isActive": False})

    assert active() == []


def test_a_change_says_whether_it_is_active(boss, assignment, nuremberg):
    response = boss.ask("patch", f"{PATH}/{assignment.pk}", type=PATH, attributes={"warehouse": {"uuid": NOBODY}})

    assert answer(response) == (422, ["901"])


def test_an_assignment_is_ended(boss, assignment):
    response = boss.ask("delete", f"{PATH}/{assignment.pk}")

    assert (response.status_code, response.content) == (204, b"")
    assert not WarehouseUserAssignment.objects.exists()
    assert answer(boss.ask("delete", f"{PATH}/{assignment.pk}")) == (404, ["5201"])


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_an_unknown_one_is_5201(boss, method):
    response = boss.ask(method, f"{PATH}/{NOBODY}", type=PATH, attributes={"isActive": True})

    assert answer(response) == (404, ["5201"])


def test_without_the_right_it_is_5204(picker, assignment):
    response = as_backend(picker).ask("get", f"{PATH}/{assignment.pk}")

    assert answer(response) == (403, ["5204"])
    assert response.json()["errors"][0]["message"] == "Operation is forbidden."


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [("isActive", "true", ["Berlin"]), ("isActive", "false", ["Nuremberg"]), ("isActive", "1", ["Berlin"]),
     ("userUuid", "{user}", ["Berlin", "Nuremberg"]), ("userUuid", NOBODY, []), ("userUuid", "x", []),
     ("warehouseUuid", "{berlin}", ["Berlin"]), ("uuid", "{assignment}", ["Berlin"]), ("uuid", "", [])],
)  # fmt: skip
def test_lists_are_filtered(boss, picker, berlin, assignment, other_assignment, name, value, expected):
    value = value.format(user=picker.user.uuid, berlin=berlin.pk, assignment=assignment.pk)

    rows = boss.ask("get", f"{PATH}?filter[{PATH}.{name}]={value}").json()["data"]

    assert sorted(row["attributes"]["warehouse"]["name"] for row in rows) == expected


def test_filters_hold_together(boss, picker, assignment, other_assignment, nuremberg):
    filters = f"filter[{PATH}.isActive]=true&filter[{PATH}.warehouseUuid]={nuremberg.pk}"

    assert boss.ask("get", f"{PATH}?{filters}").json()["data"] == []


@pytest.mark.parametrize("query", ["filter[x]=1", f"filter[{PATH}.name]=x", "filter=1", f"filter[{PATH}.isActive]=x"])
def test_a_filter_that_there_is_not_is_400(boss, query):
    assert answer(boss.ask("get", f"{PATH}?{query}")) == (400, ["400"])


# --- The trail


def trail():
    """Kind, whose, by whom and details of each event of an assignment, the oldest first."""
    found = Event.objects.filter(kind__startswith="assignment").order_by("pk")
    return [(event.kind, event.account.email, event.actor.email, event.details) for event in found]


def test_each_change_is_one_event_of_whoever_works_there_with_who_made_it(boss, picker, berlin, nuremberg):
    told = ("pia@example.com", "ada@example.com")
    first = create(boss, picker, berlin, isActive=True).json()["data"]["id"]
    create(boss, picker, nuremberg, isActive=True)
    boss.ask("patch", f"{PATH}/{first}", type=PATH, attributes={"isActive": True})
    boss.ask("patch", f"{PATH}/{first}", type=PATH, attributes={"isActive": False})
    boss.ask("delete", f"{PATH}/{first}")

    assert trail() == [
        ("assignment-made", *told, {"warehouse": "Berlin", "active": True}),
        ("assignment-made", *told, {"warehouse": "Nuremberg", "active": True, "instead_of": "Berlin"}),
        ("assignment-changed", *told, {"warehouse": "Berlin", "active": True, "instead_of": "Nuremberg"}),
        ("assignment-changed", *told, {"warehouse": "Berlin", "active": False}),
        ("assignment-ended", *told, {"warehouse": "Berlin", "active": False}),
    ]
    assert Event.objects.filter(kind__startswith="assignment", portal="glue-backend", ip="127.0.0.1").count() == 5


def test_what_is_so_already_is_no_event(boss, assignment):
    boss.ask("patch", f"{PATH}/{assignment.pk}", type=PATH, attributes={"isActive": True})

    assert trail() == []


def test_what_is_refused_is_no_event(boss, picker, berlin, assignment):
    create(boss, picker, berlin)
    boss.ask("delete", f"{PATH}/{NOBODY}")

    assert trail() == []


def test_what_cannot_be_written_down_is_not_changed(boss, picker, berlin, assignment, nuremberg, monkeypatch):
    boss.raise_request_exception = False
    monkeypatch.setattr(Event.objects, "create", broken)

    assert create(boss, picker, nuremberg, isActive=True).status_code == 500
    assert boss.ask("patch", f"{PATH}/{assignment.pk}", type=PATH, attributes={"isActive": False}).status_code == 500
    assert boss.ask("delete", f"{PATH}/{assignment.pk}").status_code == 500

    assert active() == ["Berlin"]


def broken(**event):
    raise DatabaseError("The trail is full.")


def test_whoever_works_there_reads_it(boss, picker, berlin, nuremberg):
    first = create(boss, picker, berlin, isActive=True).json()["data"]["id"]
    boss.ask("patch", f"{PATH}/{first}", type=PATH, attributes={"isActive": False})
    boss.ask("delete", f"{PATH}/{first}")

    entries = [activity.entry(event, reader=picker) for event in selectors.trail_of(picker)]

    assert [entry.what for entry in entries] == [
        "You are assigned to a warehouse no more: Berlin.",
        "You do not work in a warehouse any more for now: Berlin.",
        "You were assigned to a warehouse, and work there now: Berlin.",
    ]
    assert {entry.circumstances[0] for entry in entries} == {"Our team"}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_many_activated_at_once_one_stays_active(applications, picker, assignment, other_assignment):
    rows, who = [assignment, other_assignment], {"actor": picker, "origin": ORIGIN, "now": NOW}

    results = at_once(16, lambda n: assignments.set_active(assignment=_fresh(rows[n % 2]), is_active=True, **who))

    assert kinds(results) == {"WarehouseUserAssignment": 16}
    assert len(active()) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_the_same_made_at_once_there_is_one(applications, picker, berlin):
    wish = {"user_uuid": picker.user.uuid, "warehouse_uuid": berlin.pk, "is_active": True}

    results = at_once(8, lambda n: assignments.assign(**wish, actor=picker, origin=ORIGIN, now=NOW))

    assert kinds(results) == {"WarehouseUserAssignment": 1, "AssignmentExists": 7}
    assert active() == ["Berlin"]
    assert Event.objects.filter(kind="assignment-made").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_whoever_is_deleted_meanwhile_is_waited_for(applications, administrator, picker, assignment):
    """Not a deadlock: both begin with the account."""
    who = {"actor": administrator, "origin": ORIGIN, "now": NOW}

    def act(number):
        if number == 0:
            return users.delete_user(user=picker.user, **who)
        return assignments.set_active(assignment=_fresh(assignment), is_active=bool(number % 2), **who)

    results = at_once(8, act)

    assert kinds(results).keys() <= {"NoneType", "WarehouseUserAssignment", "AssignmentNotFound", "DoesNotExist"}
    assert not User.objects.filter(pk=picker.user.pk).exists()


def _fresh(row):
    return WarehouseUserAssignment.objects.select_related("user", "warehouse").get(pk=row.pk)
