"""Settings of a product process that is run by a test as in production, but for what would have to be built first."""

from mfa_platform.settings import *  # noqa: F403
from mfa_platform.settings import STORAGES

# Nobody has collected the static files.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# The test makes the accounts, with the cheapest hasher.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
