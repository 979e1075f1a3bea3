"""API keys: what is told of them, and what a machine may do with one."""

import hashlib
import re
from datetime import timedelta

import pytest

from backoffice import rights
from backoffice.models import ApiKey
from backoffice.services import api_keys
from mfa.models import Budget, Event
from mfa_platform.accounts.models import Account
from tests.backoffice.api.conftest import as_backend, give
from tests.cast import NOW, ORIGIN, ApiClient, enable, error_codes

RIGHTS = ["backoffice.view_warehouse", "backoffice.view_user"]
NEW = {"name": "Stock robot", "rights": RIGHTS}
VIEWS = {"warehouses": "warehouse", "users": "user", "api-keys": "apikey",
         "warehouse-user-assignments": "warehouseuserassignment"}  # fmt: skip


def answer(response):
    return response.status_code, error_codes(response)


def machine(text, *, api="glue-backend"):
    """A client with an API key."""
    client = ApiClient(api=api)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


def create(client, **attributes):
    return client.ask("post", "api-keys", attributes=NEW | attributes)


@pytest.fixture
def made(administrator, clock):
    """A key of the administrator's with every right there is, those that open nothing to one too, and its text."""
    everything = rights.find(rights.KNOWN)
    return api_keys.create_key(
        actor=administrator, name="All", permissions=everything, expires_at=None, origin=ORIGIN, now=NOW
    )


# --- Making


def test_a_key_is_shown_once(boss, clock):
    response = create(boss)
    data = response.json()["data"]
    text = data["attributes"]["key"]

    assert (response.status_code, response["Cache-Control"]) == (201, "no-store")
    assert re.fullmatch(r"bok_[\w-]{43}", text)
    for path in ("api-keys", f"api-keys/{data['id']}"):
        assert text not in boss.ask("get", path).content.decode()
    told = {name: value for name, value in data["attributes"].items() if name != "key"}
    assert boss.ask("get", f"api-keys/{data['id']}").json()["data"]["attributes"] == told
    assert told == {
        "name": "Stock robot", "beginsWith": text[:12], "rights": sorted(RIGHTS), "createdBy": "ada@example.com",
        "createdAt": "2026-03-14T09:26:53Z", "expiresAt": None, "lastUsedAt": None,
    }  # fmt: skip


def test_of_a_key_only_its_hash_is_kept(boss):
    text = create(boss).json()["data"]["attributes"]["key"]

    key = ApiKey.objects.get()
    assert key.key_hash == hashlib.sha256(text.encode()).hexdigest()
    stored = [str(value) for row in (*ApiKey.objects.values(), *Event.objects.values()) for value in row.values()]
    assert not [value for value in stored if text in value]


def test_no_two_keys_are_alike(boss):
    assert len({create(boss).json()["data"]["attributes"]["key"] for _ in range(5)}) == 5


@pytest.mark.parametrize(
    "attributes",
    [{"name": ""}, {"name": None}, {"name": 7}, {"name": "x" * 101}, {"rights": None}, {"rights": "all"},
     {"rights": ["backoffice.fly"]}, {"rights": ["customers.remove_mfa"]}, {"rights": ["backoffice.remove_user_mfa"]},
     {"rights": ["backoffice.add_warehouse"]}, {"rights": ["backoffice.view_merchant"]},
     {"expiresAt": "2020-01-01T00:00:00Z"}, {"expiresAt": "soon"}, {"expiresAt": 7}],
)  # fmt: skip
def test_what_breaks_a_rule_is_901(boss, attributes):
    response = create(boss, **attributes)

    assert (response.status_code, set(error_codes(response))) == (422, {"901"})
    assert not ApiKey.objects.exists()


def test_a_key_gets_what_the_back_office_offers_for_one(boss):
    response = create(boss, rights=rights.for_keys())

    assert response.json()["data"]["attributes"]["rights"] == rights.for_keys()


def test_a_key_gets_only_rights_that_its_maker_has(manager):
    client = as_backend(manager)

    assert answer(create(client)) == (403, ["403"])
    assert create(client, rights=["backoffice.view_user"]).status_code == 201


# --- Changing and revoking


def test_name_rights_and_end_are_changed(boss, made, clock):
    key, text = made

    changes = {"name": "Less", "rights": ["backoffice.view_user"], "expiresAt": "2026-04-01T00:00:00Z"}
    attributes = boss.ask("patch", f"api-keys/{key.pk}", type="api-keys", attributes=changes).json()["data"][
        "attributes"
    ]

    assert {name: attributes[name] for name in changes} == changes
    assert machine(text).ask("get", "users").status_code == 200
    assert answer(machine(text).ask("get", "warehouses")) == (403, ["403"])


def test_the_end_is_taken_away(boss, made):
    ApiKey.objects.update(expires_at=NOW + timedelta(days=1))

    boss.ask("patch", f"api-keys/{made[0].pk}", type="api-keys", attributes={"expiresAt": None})

    assert ApiKey.objects.get().expires_at is None


def test_somebody_with_fewer_rights_touches_no_key_of_an_administrator(manager, made):
    client, path = as_backend(manager), f"api-keys/{made[0].pk}"

    assert answer(client.ask("patch", path, type="api-keys", attributes={"name": "Mine"})) == (403, ["403"])
    assert answer(client.ask("delete", path)) == (403, ["403"])


def test_a_key_never_gets_what_its_maker_has_not(boss, picker):
    give(picker, "add_apikey", "view_user")
    key_id = create(as_backend(picker), rights=["backoffice.view_user"]).json()["data"]["id"]

    response = boss.ask("patch", f"api-keys/{key_id}", type="api-keys", attributes={"rights": RIGHTS})

    assert answer(response) == (403, ["403"])


def test_a_revoked_key_opens_nothing(boss, made):
    key, text = made

    assert boss.ask("delete", f"api-keys/{key.pk}").status_code == 204

    assert answer(machine(text).ask("get", "warehouses")) == (401, ["001"])
    assert answer(boss.ask("delete", f"api-keys/{key.pk}")) == (404, ["404"])


def test_the_trail_says_what_became_of_it(boss, administrator, clock):
    data = create(boss).json()["data"]
    boss.ask("patch", f"api-keys/{data['id']}", type="api-keys", attributes={"name": "Other"})
    boss.ask("delete", f"api-keys/{data['id']}")

    about = {"key": data["id"], "begins_with": data["attributes"]["beginsWith"]}
    said = Event.objects.order_by("pk").values_list("kind", "account", "details")
    assert list(said) == [
        ("api-key-created", administrator.pk, about),
        ("api-key-changed", administrator.pk, about | {"fields": ["name"]}),
        ("api-key-revoked", administrator.pk, about),
    ]


# --- Using


@pytest.mark.parametrize("path", VIEWS)
def test_a_key_reads_what_was_chosen_for_it(made, path):
    assert machine(made[1]).ask("get", path).status_code == 200

    made[0].permissions.remove(made[0].permissions.get(codename=f"view_{VIEWS[path]}"))

    assert machine(made[1]).ask("get", path).status_code == 403


def test_a_key_loses_what_its_maker_loses(picker):
    give(picker, "add_apikey", "view_user")
    text = create(as_backend(picker), rights=["backoffice.view_user"]).json()["data"]["attributes"]["key"]
    assert machine(text).ask("get", "users").status_code == 200

    picker.user_permissions.clear()

    assert answer(machine(text).ask("get", "users")) == (403, ["403"])


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_a_key_goes_with_its_makers_way_in(made, administrator, change):
    Account.objects.filter(pk=administrator.pk).update(**{"is_superuser": False, **change})

    assert answer(machine(made[1]).ask("get", "warehouses")) == (401, ["001"])


@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (0, 401), (1, 401)])
def test_a_key_ends_at_its_second(made, clock, seconds, status):
    ApiKey.objects.update(expires_at=NOW + timedelta(seconds=60))
    clock.advance(60 + seconds)

    assert machine(made[1]).ask("get", "warehouses").status_code == status


@pytest.mark.parametrize("spoil", ["{}x", "bok_", "bok_{}", "BOK_{0}", "bok_\u00e9", "bok_" + "x" * 43])
def test_what_is_no_key_is_001(made, spoil):
    assert answer(machine(spoil.format(made[1])).ask("get", "warehouses")) == (401, ["001"])


def test_the_scheme_is_read_in_any_case_and_a_cookie_is_no_key(made, client, administrator):
    other = ApiClient(api="glue-backend")
    other.credentials(HTTP_AUTHORIZATION=f"bEaReR  {made[1]} ")
    assert other.ask("get", "warehouses").status_code == 200

    client.force_login(administrator)
    assert client.get("/glue-backend/warehouses").status_code == 403


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["users", "api-keys", "warehouse-user-assignments"])
@pytest.mark.parametrize("has_mfa", [False, True])
@pytest.mark.parametrize("code", [None, "123456"])
def test_a_key_does_nothing_that_a_code_is_asked_for(made, administrator, path, method, has_mfa, code):
    if has_mfa:
        enable(administrator)
    before = ApiKey.objects.count(), Account.objects.count()

    response = machine(made[1]).ask(method, path, code=code, attributes={"name": "x", "rights": []})

    assert answer(response) == (403, ["403"])
    assert response.json()["errors"][0]["message"] == "An API key cannot do this."
    assert (before, Budget.objects.count()) == ((ApiKey.objects.count(), Account.objects.count()), 0)


def test_its_makers_grace_helps_no_key(made, administrator, clock):
    enable(administrator)
    client = as_backend(administrator)
    type(client.token).objects.update(proved_at=clock.now)

    assert answer(machine(made[1]).ask("post", "api-keys", attributes=NEW)) == (403, ["403"])
    assert create(client).status_code == 201


@pytest.mark.parametrize("path", VIEWS)
def test_a_key_of_somebody_who_has_to_set_a_factor_up_first_does_nothing(made, settings, path):
    settings.MFA_ROLE_POLICY = {"back-office": {"compulsory": True, "enrol_within": 0}}
    Account.objects.update(created_at=NOW)

    assert answer(machine(made[1]).ask("get", path)) == (403, ["5912"])


def test_a_resource_that_no_code_is_asked_for_is_open_to_a_key_with_the_right(made, picker, berlin, settings):
    settings.MFA_PROTECTED_RESOURCES = {"glue-backend": ["users"]}
    told = {"userUuid": str(picker.user.uuid), "warehouse": {"uuid": str(berlin.pk)}}

    assert machine(made[1]).ask("post", "warehouse-user-assignments", attributes=told).status_code == 201
    made[0].permissions.clear()
    assert answer(machine(made[1]).ask("post", "warehouse-user-assignments", attributes=told)) == (403, ["5204"])


@pytest.mark.parametrize("resource", ["trigger", "type-activate", "type-verify", "type-deactivate"])
def test_a_key_reaches_none_of_the_mfa_resources(made, resource):
    assert answer(machine(made[1]).mfa(resource, code="123456")) == (401, ["001"])
    assert answer(machine(made[1]).ask("get", "multi-factor-auth-types")) == (401, ["001"])


@pytest.mark.parametrize("api", ["glue", "glue-storefront"])
@pytest.mark.parametrize("path", ["customers", "carts", "multi-factor-auth-types"])
def test_a_key_is_worth_nothing_at_a_customers_api(made, api, path):
    assert answer(machine(made[1], api=api).ask("get", path)) == (401, ["001"])


def test_use_is_noted_once_a_minute_at_most(made, clock):
    client = machine(made[1])

    noted = []
    for seconds in (0, 59, 1, 30):
        clock.advance(seconds)
        client.ask("get", "warehouses")
        noted.append((ApiKey.objects.get().last_used_at - NOW).total_seconds())

    assert noted == [0, 0, 60, 60]


def test_a_refused_key_notes_no_use(made, clock):
    ApiKey.objects.update(expires_at=NOW)

    machine(made[1]).ask("get", "warehouses")

    assert ApiKey.objects.get().last_used_at is None
