"""The recipe of CONTRIBUTING.md, run: its method is everywhere after its three steps, and nothing else was done for it.

The rules are those of the matrices of all installed methods; here they meet one that is not installed by us.
"""

import inspect
import re
import textwrap

import pytest
from django.conf import settings as configured
from django.core import mail
from django.test import Client

from mfa.models import Event
from mfa.services import challenges
from tests.admin.conftest import LIST, REMOVE, factors_of, make_customer, make_user
from tests.admin.conftest import sign_in as sign_in_to_office
from tests.backoffice.api import test_every_method as apis
from tests.backoffice.api.seats import SEATS, Actor, answer
from tests.backoffice.conftest import DOORS, everybody, merchant, sonia  # noqa: F401  # fixtures
from tests.cast import enable, status_of
from tests.methods import chat
from tests.mfa.methods import test_contract
from tests.mfa.methods.test_second_method import row, type_enum
from tests.mfa_platform import test_method_matrix as pages
from tests.mfa_platform.test_portal_matrix import Door
from tests.owners import UNLIMITED, Owner

DOCUMENT = (configured.BASE_DIR / "CONTRIBUTING.md").read_text()
MODULE, LINE, ENTRY = re.findall(r"^```python\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)
HERE = "tests.methods.chat.Chat"
"""Where the example is; a real one is at home in `mfa.methods`."""


@pytest.fixture(autouse=True)
def second_step(settings, chat_room, clock, db):
    """The line in the settings, and no send budget in the way."""
    line = {"MFA_METHODS": [*settings.MFA_METHODS]}
    exec(LINE.replace("mfa.methods", "tests.methods"), line)
    settings.MFA_METHODS = line["MFA_METHODS"]
    settings.MFA_POLICY = {"customer": UNLIMITED, "user": UNLIMITED}


@pytest.fixture
def owner_of(clock, chat_room):
    """Makes somebody who chats, of an account."""

    class ChatOwner(Owner):
        slug = "chat"

        def answer(self):
            return chat_room.messages[-1]["text"][-7:-1]

    return lambda account: ChatOwner(account, clock)


class TestTheDocument:
    def test_its_module_is_the_one_that_is_run(self):
        assert inspect.getsource(chat).partition('"""\n\n')[2] == MODULE

    def test_that_is_about_thirty_lines(self):
        assert len(MODULE.splitlines()) <= 35

    def test_its_line_is_one_and_adds_the_method(self, settings):
        assert len(LINE.splitlines()) == 1
        assert settings.MFA_METHODS[-1] == HERE

    def test_its_entry_is_the_one_of_the_contract_tests(self):
        entry = textwrap.dedent(inspect.getsource(test_contract.TestChat))

        assert entry.replace(HERE, HERE.replace("tests.", "mfa.")) == ENTRY


class TestAtEveryPortal:
    @pytest.fixture(params=["storefront", *DOORS])
    def door(self, request, everybody, sonia):  # noqa: F811
        return Door(request.param, sonia.account if request.param == "storefront" else everybody)

    @pytest.fixture
    def owner(self, door, owner_of):
        return owner_of(door.account)

    @pytest.fixture
    def on(self, owner):
        owner.turn_on()
        return owner

    test_it_is_set_up = staticmethod(pages.test_it_is_set_up_and_counts_from_its_first_right_answer)
    test_it_opens_the_login = staticmethod(
        pages.test_at_login_a_wrong_answer_costs_one_attempt_and_a_right_one_opens_once
    )
    test_it_opens_a_form_and_is_turned_off = staticmethod(
        pages.test_it_opens_a_protected_form_and_is_asked_for_anew_to_turn_it_off
    )


class TestOverEveryApi:
    @pytest.fixture(params=["customer-rest", "customer-storefront", "back-office"])
    def seat(self, request, db):
        return SEATS[request.param]

    @pytest.fixture
    def account(self, seat):
        return seat.make("actor@example.com")

    @pytest.fixture
    def owner(self, account, owner_of):
        return owner_of(account)

    @pytest.fixture
    def on(self, owner):
        owner.turn_on()
        return owner

    test_it_is_activated_and_verified = staticmethod(apis.test_it_is_activated_and_verified)

    def test_it_is_triggered_opens_what_is_protected_and_is_deactivated(self, seat, on):
        actor = Actor(seat, on.account)
        assert answer(actor.write()) == (403, ["5900"])
        right = apis.use(actor, on)
        assert answer(actor.write(on.mistake(right))) == (403, ["5901"])
        assert answer(actor.write(right)) == seat.written

        assert answer(actor.mfa("type-deactivate", "chat", code=apis.use(actor, on))) == (204, [])

        assert status_of(on.account, "chat") == 0

    def test_its_document_names_it(self, seat):
        document = Client().get(f"/{seat.api}/schema", headers={"accept": "application/json"}).json()

        for resource in ("trigger", "type-activate", "type-verify", "type-deactivate"):
            operation = document["paths"][f"/{seat.api}/multi-factor-auth-{resource}"]["post"]
            for content in operation["requestBody"]["content"].values():
                assert "chat" in type_enum(document, content["schema"])


class TestInTheOffice:
    @pytest.fixture
    def office(self):
        return sign_in_to_office(make_user("admin@example.com", is_superuser=True))

    @pytest.fixture
    def shopper(self):
        shopper = make_customer()
        enable(shopper.account, "chat")
        return shopper

    def test_the_list_shows_it_and_can_be_filtered_by_it(self, office, shopper):
        make_customer()

        page = office.get(LIST, {"method": "chat"})

        assert list(page.context["cl"].result_list) == [shopper]
        assert "Chat message" in page.content.decode()

    def test_the_page_of_a_customer_shows_it(self, office, shopper):
        assert 'data-status="2"' in row(office.get(f"{LIST}{shopper.pk}/change/"), "chat")

    def test_the_start_page_counts_it(self, office, shopper):
        assert "Chat message" in office.get("/admin/").content.decode()

    def test_it_alone_can_be_removed_and_the_mail_about_that_names_it(self, office, shopper):
        assert 'value="chat"' in office.get(f"{LIST}{shopper.pk}/remove-mfa/").content.decode()

        office.post(REMOVE, {"customers": str(shopper.pk), "reason": "Left the chat", "method": "chat"})

        assert factors_of(shopper) == {"email"}
        assert Event.objects.get(kind="method-removed-by-administrator").details["methods"] == ["chat"]
        assert "Chat message" in mail.outbox[-1].body


def test_its_owner_is_told_by_mail_that_it_was_turned_on(owner_of, sonia):  # noqa: F811
    owner_of(sonia.account).turn_on()

    assert mail.outbox[-1].to == [sonia.account.email]
    assert "Chat message" in mail.outbox[-1].body


def test_a_chat_that_is_away_is_a_fault_of_the_transport(chat_room):
    account = make_customer(mfa=False).account
    factor = enable(account, "chat")
    chat_room.status = 503

    with pytest.raises(chat.Chat.retry_on):
        chat.Chat().deliver(challenges.Challenge(account=account, factor=factor), "123456")
