"""Encrypting stored secrets anew under the newest key."""

from collections.abc import Iterator

from mfa import crypto
from mfa.models import Factor

BATCH = 500
"""Rows a step; each row is its own transaction, so the work can stop and go on anywhere."""


def rotate_factors(*, after: int = 0) -> Iterator[int]:
    """Rotate the secret of every factor with an id above `after`; yields the id of each one done.

    A row whose secret changed meanwhile is left as it is: whoever changed it used the newest key. Raises
    `crypto.DecryptionFailed` where the key of a secret is no longer in `MFA_ENCRYPTION_KEYS`.
    """
    while rows := list(Factor.objects.filter(pk__gt=after).order_by("pk").values_list("pk", "secret")[:BATCH]):
        for pk, secret in rows:
            if secret:
                new = crypto.rotate(bytes(secret), purpose="factor")
                Factor.objects.filter(pk=pk, secret=secret).update(secret=new)
            yield pk
        after = rows[-1][0]
