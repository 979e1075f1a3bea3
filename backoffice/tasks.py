"""The back office's mails. Arguments are ids: no address, name or link ever reaches the broker."""

from celery import Task, shared_task
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from mfa import mails, portals
from mfa.portals import Portal
from mfa.tasks import DELIVERY, attempt
from mfa_platform.accounts.models import Account


@shared_task(**DELIVERY)  # type: ignore[untyped-decorator]  # its overloads do not take a dictionary
def invite(self: "Task[[int], None]", account_id: int) -> None:
    """Send a new user the link with which they choose their password; whoever has one already needs none."""
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    if account is None or account.has_usable_password():
        return
    doors = portals.of_account(account)
    if doors:
        attempt(self, lambda: _send_invitation(account, doors[0]), fails_as="mail_failed")


def _send_invitation(account: Account, portal: Portal) -> None:
    from mfa.services import password_reset

    with translation.override(account.language):
        context = {
            "link": password_reset.link(account, portal),
            "minutes": settings.PASSWORD_RESET_TIMEOUT // 60,
            "again": f"{settings.BASE_URL}{reverse(f'{portal.slug}:password-forgotten')}",
        }
        mails.send("mail/backoffice/invitation", context, to=[account.email])
