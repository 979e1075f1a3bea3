"""Who may do everything: said by whoever may, with a code for this and nothing else, told and written down."""

import pytest
from django.core import mail

from backoffice.services import api_keys
from mfa.models import Event
from mfa_platform.accounts.models import AccessToken, Account
from tests.admin.conftest import make_user, sign_in
from tests.backoffice.admin.conftest import MANAGING, USERS, make_profile
from tests.backoffice.admin.test_users import NEW, edit, filled_in, nina
from tests.cast import NOW, ORIGIN, ApiClient, enable, error_codes, mailed_code, wrong
from tests.rights import right

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def administrator(db):
    return make_profile(make_user("admin@example.com", is_superuser=True))


@pytest.fixture
def second(db):
    """Another administrator."""
    return make_profile(make_user("second@example.com", is_superuser=True))


@pytest.fixture
def manager(db):
    """May change users, and has no business with administrators."""
    return make_profile(make_user("manager@example.com", *MANAGING))


@pytest.fixture
def target(db):
    return make_profile(make_user("target@example.com"))


@pytest.fixture
def browser(administrator):
    """Of an administrator without a second step."""
    return sign_in(administrator)


@pytest.fixture
def guarded(administrator):
    """Of one who has entered a code just now, and so is in grace."""
    enable(administrator)
    return sign_in(administrator)


def may_do_everything(account):
    return Account.objects.get(pk=account.pk).is_superuser


def told(kind):
    """Whom the events of this kind are about, and who did it."""
    return [(event.account, event.actor) for event in Event.objects.filter(kind=kind)]


def is_asked(response):
    return 'data-qa="mfa-code-step"' in response.content.decode()


def answer(browser, account, asked, code):
    parcel = {"parked": asked.context["step"].parked, "method": "email", "code": code}
    return browser.post(f"{USERS}{account.pk}/edit/", parcel, follow=True)


# --- The page


def test_an_administrator_makes_another_who_is_told(browser, administrator, target):
    edit(browser, target, email=target.email, is_superuser="on")

    assert may_do_everything(target)
    assert told("administrator-made") == [(target, administrator)]
    assert [(message.to, message.subject) for message in mail.outbox] == [
        ([target.email], "Sie haben jetzt alle Rechte")  # their language is among what was filled in
    ]


def test_and_takes_it_back(browser, administrator, second):
    edit(browser, second, email=second.email)

    assert not may_do_everything(second)
    assert told("administrator-unmade") == [(second, administrator)]


def test_a_form_that_leaves_the_box_alone_says_nothing_of_it(browser, second):
    assert "checked" in browser.get(f"{USERS}{second.pk}/edit/").context["form"]["is_superuser"].as_widget()

    edit(browser, second, email=second.email, is_superuser="on")

    assert may_do_everything(second)
    assert told("administrator-made") == told("administrator-unmade") == []


def test_a_new_user_can_be_one_from_the_start(browser, administrator):
    browser.post(NEW, filled_in(is_superuser="on"))

    assert nina().is_superuser
    assert told("administrator-made") == [(nina(), administrator)]


def test_one_who_could_not_come_in_is_refused_at_the_field(browser, target):
    response = edit(browser, target, email=target.email, is_superuser="on", is_staff=None, is_agent="on")

    assert list(response.context["form"].errors) == ["is_staff"]
    assert not may_do_everything(target)


def test_nobody_else_is_offered_the_box_or_heard_about_it(manager, target):
    browser = sign_in(manager)
    for page in (NEW, f"{USERS}{target.pk}/edit/"):
        assert "is_superuser" not in browser.get(page).content.decode()

    edit(browser, target, email=target.email, is_superuser="on")
    browser.post(NEW, filled_in(is_superuser="on"))

    assert not may_do_everything(target)
    assert not nina().is_superuser


def test_nobody_makes_or_unmakes_themselves(browser, administrator, manager):
    assert edit(browser, administrator, email=administrator.email).status_code == 403
    assert edit(sign_in(manager), manager, email=manager.email, is_superuser="on").status_code == 403

    assert may_do_everything(administrator)
    assert not may_do_everything(manager)


def test_whoever_was_unmade_is_so_at_once(browser, second, target):
    theirs = sign_in(second)

    edit(browser, second, email=second.email)

    assert edit(theirs, target, email=target.email, is_superuser="on").status_code == 403
    assert not may_do_everything(target)


# --- The code


def test_grace_is_enough_for_other_changes(guarded, target):
    assert not is_asked(edit(guarded, target, email=target.email, first_name="Tanja"))


@pytest.mark.parametrize("ticked", [{}, {"is_superuser": "false"}, {"is_superuser": "False"}])
def test_grace_is_not_enough_to_unmake_one_however_the_box_is_left_empty(guarded, second, ticked):
    assert is_asked(edit(guarded, second, email=second.email, **ticked))

    assert may_do_everything(second)


def test_grace_is_not_enough_to_move_one_to_another_address(guarded, second):
    """A link for their password would go there: whoever holds the session would be an administrator for good."""
    assert is_asked(edit(guarded, second, email="attacker@example.com", is_superuser="on"))
    assert not is_asked(edit(guarded, second, email=second.email.upper(), is_superuser="on", first_name="Sven"))

    assert Account.objects.get(pk=second.pk).email == second.email


def test_nor_over_the_api(administrator, second):
    enable(administrator)
    token = ApiClient(administrator, api="glue-backend")
    AccessToken.objects.update(proved_at=NOW)
    path = f"users/{second.user.uuid}"

    refused = token.ask("patch", path, type="users", attributes={"email": "attacker@example.com"})

    assert error_codes(refused) == ["5900"]
    assert token.ask("patch", path, type="users", attributes={"firstName": "Sven"}).status_code == 200
    assert Account.objects.get(pk=second.pk).email == second.email


def test_grace_is_not_enough_to_make_one_and_what_was_typed_survives_the_code(guarded, target):
    asked = edit(guarded, target, email=target.email, first_name="Tanja", is_superuser="on")
    assert is_asked(asked)
    assert not may_do_everything(target)
    assert "to change who is an administrator" in mail.outbox[-1].body

    answer(guarded, target, asked, mailed_code())

    assert may_do_everything(target)
    assert Account.objects.get(pk=target.pk).user.first_name == "Tanja"


def test_nor_to_make_one_from_the_start(guarded):
    assert is_asked(guarded.post(NEW, filled_in(is_superuser="on")))

    assert not Account.objects.filter(email="nina@example.com").exists()


def test_a_wrong_code_makes_nobody(guarded, target):
    asked = edit(guarded, target, email=target.email, is_superuser="on")

    assert is_asked(answer(guarded, target, asked, wrong(mailed_code())))

    assert not may_do_everything(target)


def test_each_takes_a_code_of_its_own(guarded, target, second):
    asked = edit(guarded, target, email=target.email, is_superuser="on")
    answer(guarded, target, asked, mailed_code())

    assert is_asked(edit(guarded, second, email=second.email))

    assert may_do_everything(second)


def test_a_code_for_something_else_makes_nobody(guarded, target, clock):
    clock.advance(1800)
    asked = edit(guarded, target, email=target.email, first_name="Tanja")
    assert is_asked(asked)
    other = mailed_code()
    clock.advance(60)
    raising = edit(guarded, target, email=target.email, is_superuser="on")

    answer(guarded, target, raising, other)

    assert not may_do_everything(target)


def test_a_box_that_is_ticked_after_the_code_was_asked_for_is_not_there(guarded, target, clock):
    clock.advance(1800)
    asked = edit(guarded, target, email=target.email, first_name="Tanja")
    parcel = {"parked": asked.context["step"].parked, "method": "email", "code": mailed_code(), "is_superuser": "on"}

    guarded.post(f"{USERS}{target.pk}/edit/", parcel)

    assert Account.objects.get(pk=target.pk).user.first_name == "Tanja"
    assert not may_do_everything(target)


# --- The API


def change(client, account, *, code=None, **attributes):
    return client.ask("patch", f"users/{account.user.uuid}", type="users", code=code, attributes=attributes)


@pytest.fixture
def api(administrator):
    """Of an administrator who has entered a code just now, which it also has."""
    enable(administrator)
    client = ApiClient(administrator, api="glue-backend")
    client.mfa("trigger")
    client.code = mailed_code()
    return client


def test_at_the_api_grace_is_not_enough_either(api, target):
    assert change(api, target, code=api.code, firstName="Tanja").status_code == 200
    assert change(api, target, firstName="Tina").status_code == 200

    refused = change(api, target, isAdministrator=True)

    assert (refused.status_code, error_codes(refused)) == (403, ["5900"])
    assert not may_do_everything(target)


def test_with_a_code_it_is(api, target, second):
    assert change(api, target, code=api.code, isAdministrator=True).status_code == 200
    assert change(api, second, code=api.code, isAdministrator=False).status_code == 200

    assert may_do_everything(target)
    assert not may_do_everything(second)


@pytest.mark.parametrize(("seconds", "status"), [(299, 200), (300, 403)])
def test_a_code_that_is_sent_again_counts_for_five_minutes(api, target, clock, seconds, status):
    change(api, target, code=api.code, firstName="Tanja")
    clock.advance(seconds)

    assert change(api, target, code=api.code, isAdministrator=True).status_code == status
    assert may_do_everything(target) is (status == 200)


def test_nor_is_one_made_from_the_start(api):
    attributes = {"email": "nina@example.com", "firstName": "N", "lastName": "N", "isBackOfficeUser": True}
    assert api.ask("post", "users", code=api.code, attributes=attributes).status_code == 201

    refused = api.ask("post", "users", attributes=attributes | {"email": "x@example.com", "isAdministrator": True})

    assert error_codes(refused) == ["5900"]
    assert not Account.objects.filter(email="x@example.com").exists()


def test_saying_what_is_so_already_takes_no_code(api, second):
    change(api, second, code=api.code, firstName="Sina")

    assert change(api, second, isAdministrator=True, firstName="Susi").status_code == 200


def test_a_code_nobody_looked_at_is_looked_at_now(api, target, settings):
    """Where users are not protected, no permission has."""
    settings.MFA_PROTECTED_RESOURCES = {**settings.MFA_PROTECTED_RESOURCES, "glue-backend": []}

    assert change(api, target, firstName="Tanja").status_code == 200
    assert error_codes(change(api, target, isAdministrator=True)) == ["5900"]
    assert error_codes(change(api, target, code=wrong(api.code), isAdministrator=True)) == ["5901"]
    assert change(api, target, code=api.code, isAdministrator=True).status_code == 200


def test_no_key_makes_one_even_where_keys_may_change_users(administrator, target, settings):
    settings.MFA_PROTECTED_RESOURCES = {**settings.MFA_PROTECTED_RESOURCES, "glue-backend": []}
    _key, text = api_keys.create_key(
        actor=administrator, name="Robot", permissions=[right("backoffice.change_user"), right("backoffice.add_user")],
        expires_at=None, origin=ORIGIN, now=NOW,
    )  # fmt: skip
    machine = ApiClient(api="glue-backend")
    machine.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    new = {"email": "x@example.com", "firstName": "X", "lastName": "X", "isBackOfficeUser": True}

    assert change(machine, target, firstName="Tanja").status_code == 200
    assert change(machine, target, isAdministrator=True).status_code == 403
    assert machine.ask("post", "users", attributes=new | {"isAdministrator": True}).status_code == 403

    assert not may_do_everything(target)
    assert not Account.objects.filter(email="x@example.com").exists()


def test_whoever_has_no_second_step_needs_none(administrator, target):
    client = ApiClient(administrator, api="glue-backend")

    assert change(client, target, isAdministrator=True).status_code == 200
