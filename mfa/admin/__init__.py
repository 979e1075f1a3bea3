"""The Django admin: the site, what every list in it shares, the audit trail and the start page.

It shows and takes away, it never lets anybody see a secret. Shops register their own models on `site.site`.
"""

from mfa.admin import events

__all__ = ["events"]
