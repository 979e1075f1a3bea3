"""What the mail says that a code is for."""

import pytest
from django.core import mail
from django.utils import timezone

from mfa.models import Purpose
from tests.cast import enable
from tests.mfa.services.steps import another_session, send


def asked_for(factor, **extra):
    send(factor, another_session(), now=timezone.now(), **extra)
    return mail.outbox[-1].body


def test_a_method_that_is_set_up_is_named(factor):
    assert "Use this code to turn on “E-mail”." in asked_for(factor, purpose=Purpose.ENROL, action="set-up")


def test_the_only_method_is_named_that_is_to_be_turned_off(factor):
    assert "Use this code to turn off “E-mail”." in asked_for(factor, action="remove-method")


@pytest.mark.usefixtures("pager")
def test_of_several_it_may_be_any(factor):
    enable(factor.user, "pager")

    assert "Use this code to turn a method off." in asked_for(factor, action="remove-method")
