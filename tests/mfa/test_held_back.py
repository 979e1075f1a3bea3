"""A request whose body arrives after what entitled it has ended (`mfa.middleware.WholeBodyMiddleware`)."""

import io
import json

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.utils import timezone

from backoffice.models import ApiKey
from mfa import errors
from mfa.services import accounts
from mfa_platform.accounts import tokens
from mfa_platform.accounts.models import Account
from tests.backoffice.conftest import make_user
from tests.cast import ORIGIN, PASSWORD, enable
from tests.customers.conftest import make_profile

pytestmark = pytest.mark.django_db

THEIRS = "what a stranger would choose"


class HeldBack(io.RawIOBase):
    """A body that comes only after something has happened."""

    def __init__(self, body, meanwhile):
        self.body, self.meanwhile, self.happened = io.BytesIO(body), meanwhile, False

    def readable(self):
        return True

    def read(self, size=-1):
        if not self.happened:
            self.happened = True
            self.meanwhile()
        return self.body.read(size)


def send(method, path, account, attributes, *, meanwhile, cut=0):
    """The status of a request of `account` that is held back until `meanwhile` has happened."""
    api = path.split("/")[1]
    body = json.dumps({"data": {"type": path.split("/")[2], "attributes": attributes}}).encode()
    token = tokens.issue(client_id=api, account=account)["access_token"]
    seen = []
    answer = WSGIHandler()({
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": "", "SCRIPT_NAME": "",
        "SERVER_NAME": "testserver", "SERVER_PORT": "80", "REMOTE_ADDR": "192.0.2.7",
        "CONTENT_TYPE": "application/vnd.api+json", "CONTENT_LENGTH": str(len(body) + cut),
        "HTTP_AUTHORIZATION": f"Bearer {token}", "wsgi.input": HeldBack(body, meanwhile),
        "wsgi.url_scheme": "http", "wsgi.errors": io.StringIO(),
    }, lambda status, headers, info=None: seen.append(int(status[:3])))  # fmt: skip
    b"".join(answer)
    return seen[0]


@pytest.fixture
def boss(db):
    account = make_user("boss@example.com", is_staff=True)
    Account.objects.filter(pk=account.pk).update(is_superuser=True)
    return Account.objects.get(pk=account.pk)


def change_password(customer, meanwhile):
    passwords = {"password": PASSWORD, "newPassword": THEIRS, "confirmPassword": THEIRS}
    reference = make_profile(customer).reference
    return send("PATCH", f"/glue/customer-password/{reference}", customer, passwords, meanwhile=meanwhile)


def test_a_password_is_not_changed_after_its_owner_has_changed_it(customer):
    owner = Account.objects.get(pk=customer.pk)

    status = change_password(
        customer,
        lambda: accounts.change_password(
            account=owner, new_password="the owner's own choice", proof=None, origin=ORIGIN, now=timezone.now()
        ),
    )

    assert status == 401
    assert not Account.objects.get(pk=customer.pk).check_password(THEIRS)


def test_a_password_is_not_changed_without_a_code_after_mfa_was_turned_on(customer):
    status = change_password(customer, lambda: enable(Account.objects.get(pk=customer.pk)))

    assert status == 403
    assert not Account.objects.get(pk=customer.pk).check_password(THEIRS)


def test_nobody_is_made_an_administrator_by_one_who_is_none_any_more(boss):
    mole = {"email": "mole@example.com", "firstName": "M", "lastName": "O", "isAdministrator": True}

    status = send(
        "POST", "/glue-backend/users", boss, mole,
        meanwhile=lambda: Account.objects.filter(pk=boss.pk).update(is_active=False),
    )  # fmt: skip

    assert status == 401
    assert not Account.objects.filter(email="mole@example.com").exists()


def test_no_key_is_made_after_the_session_was_ended(boss):
    def end():
        accounts.end_sessions(
            account=Account.objects.get(pk=boss.pk), actor=boss, origin=ORIGIN, now=timezone.now()
        )  # fmt: skip

    status = send("POST", "/glue-backend/api-keys", boss, {"name": "k", "rights": []}, meanwhile=end)

    assert status == 401
    assert not ApiKey.objects.exists()


def test_what_is_too_big_to_be_read_first_is_not_done_at_all(customer, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10

    status = change_password(customer, lambda: None)

    assert status == 413
    assert not Account.objects.get(pk=customer.pk).check_password(THEIRS)


def test_a_password_that_changed_meanwhile_is_not_overwritten_by_who_came_in_before(customer, proof):
    early = Account.objects.get(pk=customer.pk)
    accounts.change_password(
        account=customer, new_password="the owner's own choice", proof=None, origin=ORIGIN, now=timezone.now()
    )

    with pytest.raises(errors.CodeMissing):
        accounts.change_password(account=early, new_password=THEIRS, proof=proof, origin=ORIGIN, now=timezone.now())

    assert not Account.objects.get(pk=customer.pk).check_password(THEIRS)
