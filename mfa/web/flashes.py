"""Where flash messages wait for the next page: in a cookie that belongs to this host alone, like all others."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class HostCookieStorage(CookieStorage):
    """Django's, under a name that no other host of the domain can set."""

    cookie_name = "__Host-messages" if settings.HTTPS else "messages"


class Storage(FallbackStorage):
    """The cookie; the session for what does not fit into one."""

    storage_classes = (HostCookieStorage, SessionStorage)
