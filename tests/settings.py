"""Settings of a test run: the product's own, with the cheapest password hasher."""

from mfa_platform.settings import *  # noqa: F403

# Argon2 is slow on purpose; hashing is tested by itself, everything else only needs a hash.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
