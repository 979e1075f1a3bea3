"""Searches cost what they can cost, however much is typed into them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mfa import search
from mfa.admin.site import site
from tests.backoffice.conftest import make_user, sign_in
from tests.cast import ApiClient, make_account

LISTS = [model for model, admin in site._registry.items() if admin.search_fields]


def test_the_words_are_what_stands_between_spaces():
    assert search.words("  Sonia\tWagner\u3000\x00DE--1 ") == ["Sonia", "Wagner", "DE--1"]
    assert search.words("") == []


def test_ten_words_count_and_two_hundred_characters():
    assert search.words("a " * 10) == ["a"] * 10
    assert search.words("a " * 11) == ["a"] * 10
    assert search.words("a" * 201) == ["a" * 200]


def conditions(get, words):
    """How often a search for so many words compares a text, in all statements of the page together."""
    with CaptureQueriesContext(connection) as captured:
        assert get("+".join(["zz"] * words)).status_code == 200
    return sum(query["sql"].upper().count("LIKE") for query in captured)


def bounded(get):
    get("zz")  # what the first page reads once
    return 0 < conditions(get, 1) < conditions(get, 10) == conditions(get, 1900)


@pytest.mark.django_db
@pytest.mark.parametrize("model", LISTS, ids=lambda model: model._meta.label_lower)
def test_lists_of_the_back_office(model):
    root = make_account("root@example.com", realm="user", is_staff=True, is_superuser=True)
    browser, place = (
        sign_in(root, "back-office"),
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"),
    )

    assert bounded(lambda words: browser.get(f"{place}?q={words}"))


@pytest.mark.django_db
def test_users_at_the_api():
    api = ApiClient(
        make_account("root@example.com", realm="user", is_staff=True, is_superuser=True), api="glue-backend"
    )

    assert bounded(lambda words: api.ask("get", f"users?q={words}"))


@pytest.mark.django_db
def test_customers_of_an_agent_and_merchants_of_theirs():
    agent = sign_in(make_user("agent@example.com", is_agent=True), "agent")
    assistant = sign_in(make_user("assistant@example.com", is_merchant_agent=True), "merchant-agent")

    assert bounded(lambda words: agent.get(f"/agent/customers?q={words}"))
    assert bounded(lambda words: assistant.get(f"/merchant-agent/merchants?q={words}"))
