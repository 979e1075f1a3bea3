"""What an administrator does for users, asked for without a page in front: the services hold the rules themselves."""

import pytest

from backoffice import errors
from backoffice.services import user_management
from mfa.models import Event
from tests.cast import NOW, ORIGIN

pytestmark = pytest.mark.django_db

MEASURES = [user_management.send_password_link, user_management.end_sessions, user_management.unlock]


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.__name__)
def test_nobody_reaches_above_themselves(manager, boss, measure):
    with pytest.raises(errors.OutranksYou):
        measure(actor=manager, account=boss, origin=ORIGIN, now=NOW)

    assert not Event.objects.exists()


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.__name__)
def test_nobody_helps_themselves(administrator, measure):
    with pytest.raises(errors.NotToYourself):
        measure(actor=administrator, account=administrator, origin=ORIGIN, now=NOW)

    assert not Event.objects.exists()
