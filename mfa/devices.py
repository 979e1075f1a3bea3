"""Browsers in words a person recognises."""

from django.utils.translation import gettext as _
from ua_parser import parse


def describe(user_agent: str) -> str:
    """`user_agent` as in "Firefox on Linux"; `""` for one that nobody knows.

    Never its own words: whoever knows a password could mail a sentence and a link to the owner in our name.
    """
    known = parse(user_agent[:255])
    browser = known.user_agent.family if known.user_agent else ""
    system = known.os.family if known.os else ""
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser
