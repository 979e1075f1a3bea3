"""Texts of packages that our pages show, marked so that they are translated with our own and not by chance.

unfold speaks no German; of Django's German these sentences would stand out beside ours.
"""

from django.utils.translation import gettext_noop

UNFOLD = (
    gettext_noop("Select action"),
    gettext_noop("Select record"),
)
DJANGO = (
    gettext_noop("This password is too common."),
    gettext_noop("The password is too similar to the %(verbose_name)s."),
)
