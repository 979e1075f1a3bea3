"""What reads the same is offered once, and what the API stored stays as it is."""

import re

import pytest

from customers.models import Customer

pytestmark = pytest.mark.django_db


def options(browser, name, *, language="en"):
    """The values and words of a select on the profile page, the chosen value first."""
    browser.cookies["language"] = language
    page = browser.get("/customer/profile").content.decode()
    [select] = re.findall(rf'<select name="{name}".*?</select>', page, re.DOTALL)
    chosen = re.findall(r'value="([^"]*)" selected', select)
    return chosen, dict(re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)<', select))


def test_english_tells_ms_and_mrs_apart(signed_in):
    _, offered = options(signed_in, "salutation")

    assert {"Ms": "Ms", "Mrs": "Mrs"}.items() <= offered.items()


@pytest.mark.parametrize("salutation", ["Ms", "Mrs"])
def test_german_has_one_word_for_both_and_keeps_which_it_was(signed_in, sonia, salutation):
    Customer.objects.filter(pk=sonia.pk).update(salutation=salutation)

    chosen, offered = options(signed_in, "salutation", language="de")

    assert chosen == [salutation]
    assert list(offered.values()).count("Frau") == 1
    assert not [word for word in offered.values() if "Mrs" in word]


@pytest.mark.parametrize("gender", ["", "n/a"])
def test_no_answer_is_offered_once_and_kept_as_it_was(signed_in, sonia, gender):
    Customer.objects.filter(pk=sonia.pk).update(gender=gender)

    chosen, offered = options(signed_in, "gender")

    assert chosen == [gender]
    assert sorted(offered.values()) == ["female", "male", "not said"]
