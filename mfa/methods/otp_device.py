"""Any device of django-otp as a method: a subclass names the plug-in's model (CONTRIBUTING.md, docs/migration.md).

The engine's rules stay the engine's. The device is asked only by the method, with its row locked; its own throttle and
cooldown are out of the way, as ours count; what it raises is a wrong answer. It uses a token up before the engine has
its say, though: a right one that arrives while the account is blocked opens nothing and is spent.
"""

import hashlib
import re
from datetime import datetime
from typing import Any, ClassVar

from django.apps import apps
from django.db import InterfaceError, OperationalError, transaction
from django_otp.models import CooldownMixin, ThrottlingMixin

from mfa import crypto, errors
from mfa.methods.base import SEPARATORS, Answer, Match, Method, clean
from mfa.models import Challenge, Factor
from mfa_platform.accounts.models import Account

TOKEN = re.compile(r"[0-9A-Za-z]{1,100}")
"""A plug-in may read more into a token than it says: `int()` takes `+1`, `1_0` and digits of other scripts."""
REMEMBERED = 10
"""Answers that are known to be used up, whatever the device says: not every one forgets its tokens."""


class OtpDevice(Method):
    """Say `slug`, `name`, `summary`, `prompt` and `device`.

    Devices are made where the plug-in makes them; here their owner finds the method on the page and turns it on with a
    first token, or `mfa_import --from devices` does. A subclass that can make one itself says so in `begin`, which
    returns what `remember` does, and `available`. One that sends its tokens says `sends = asks = True` and where to in
    `destination`.
    """

    device: ClassVar[str]
    """`app_label.Model`, of an app that is in `INSTALLED_APPS`."""
    digits: ClassVar[int | None] = None
    """How many a token has, where it is nothing else; say `answer = Answer()` then, too."""
    several = True
    answer = Answer(text=True, max_length=200)

    def devices(self, account: Account) -> Any:
        """Those of `account` that may be used. django-otp is not typed."""
        return apps.get_model(self.device)._default_manager.filter(user=account, confirmed=True).order_by("pk")

    def available(self, account: Account) -> bool:
        return bool(self.devices(account).exists())

    def begin(self, account: Account, **given: Any) -> dict[str, Any]:
        """With the first device that is no factor yet. Raises `MethodNotFound` where there is none."""
        for device in self.devices(account):
            if not Factor.objects.filter(method=self.slug, identifier=_digest(device.persistent_id)).exists():
                return self.remember(device)
        raise errors.MethodNotFound

    def remember(self, device: Any) -> dict[str, Any]:
        """What a factor keeps that stands for `device`."""
        return {"device": device.persistent_id}

    def identifier(self, factor: Factor) -> str:
        """No device is two factors."""
        return _digest(factor.details["device"])

    def challenge(self, challenge: Challenge) -> None:
        """Once for each: a worker that is asked again has sent it."""
        with transaction.atomic():
            device = self._device(challenge.factor) if challenge.factor else None
            if device is None:
                return
            factor = Factor.objects.select_for_update().get(pk=challenge.factor_id)
            details = factor.details
            if details.get("asked") == challenge.nonce:
                return
            if isinstance(device, CooldownMixin):
                device.cooldown_reset(commit=False)
            device.generate_challenge()
            factor.details = {**details, "asked": challenge.nonce}
            factor.save(update_fields=["secret"])

    def verify(self, factor: Factor, challenge: Challenge | None, answer: str, *, now: datetime) -> Match | None:
        details, token = factor.details, self._token(answer)
        # A device has one token at a time: it is an answer where, and for what, it was asked last.
        asked_here = not self.asks or (challenge is not None and details.get("asked") == challenge.nonce)
        mark = crypto.digest(f"{details['device']}:{token.lower()}", purpose="otp-device")
        used = details.get("used", [])
        if not token or not asked_here or mark in used or not self._is_right(factor, token):
            return None
        return Match(details={**details, "used": [*used, mark][-REMEMBERED:]})

    def _token(self, answer: str) -> str:
        """`answer` as the device gets it; `""` for what cannot be a token."""
        if self.digits:
            return clean(answer, digits=self.digits).decode()
        bare = SEPARATORS.sub("", answer)
        return bare if TOKEN.fullmatch(bare) else ""

    def _is_right(self, factor: Factor, token: str) -> bool:
        """Of two with the same token at once the second finds the row as the first left it."""
        try:
            with transaction.atomic():
                device = self._device(factor)
                return device is not None and device.verify_token(token) is True
        except (InterfaceError, OperationalError):
            raise  # no database is no answer
        except Exception:
            return False

    def _device(self, factor: Factor) -> Any:
        """The device that `factor` stands for, locked, and allowed to be asked; None where it is gone."""
        wanted = factor.details["device"].rpartition("/")[2]
        device = self.devices(factor.user).select_for_update().filter(pk=wanted).first()
        if isinstance(device, ThrottlingMixin):
            device.throttle_reset(commit=False)
        return device


def _digest(persistent_id: str) -> str:
    return hashlib.sha256(persistent_id.encode()).hexdigest()
