"""What the pages of users have in common."""

from django.utils.functional import cached_property

from backoffice import selectors
from backoffice.models import User
from mfa.web import pages
from mfa.web.access import PortalMixin


class UserPage(PortalMixin, pages.Page):
    """A page of the user who is signed in at its portal."""

    @cached_property
    def user(self) -> User:
        return selectors.user_of(self.subject)
