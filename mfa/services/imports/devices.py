"""What somebody has of django-otp's plug-ins that are installed beside us, as methods of `mfa.methods.otp_device`."""

from collections.abc import Iterator

from mfa import methods
from mfa.methods.otp_device import OtpDevice
from mfa.services.imports.people import Found, Person
from mfa_platform.accounts.models import Account


def read(*, realm: str) -> Iterator[Person]:
    """Every account of `realm` that has such devices."""
    plugins = [method for method in methods.installed().values() if isinstance(method, OtpDevice)]
    accounts = Account.objects.filter(realm=realm, is_active=True).order_by("pk")
    for account in accounts.iterator() if plugins else ():
        found = [
            Found(device.persistent_id, plugin.slug, plugin.remember(device), name=device.name)
            for plugin in plugins
            for device in plugin.devices(account)
        ]
        if found:
            yield Person(account.pk, account.email, factors=found)
