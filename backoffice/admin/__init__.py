"""The back office's own affairs in the admin: users, groups and API keys."""

from backoffice.admin import groups, keys, users

__all__ = ["groups", "keys", "users"]
