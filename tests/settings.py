"""Settings of a test run: the product's own, with the servers that the chosen tests need and the cheapest hasher."""

from tests import servers

servers.provide()

from mfa_platform.settings import *  # noqa: E402, F403
from mfa_platform.settings import CACHES, REDIS_URL, STATIC_ROOT  # noqa: E402

# Argon2 is slow on purpose; hashing is tested by itself, everything else only needs a hash.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Tasks run at once; the `worker` fixture changes that for the tests that want a real worker.
CELERY_TASK_ALWAYS_EAGER = True

if REDIS_URL:
    REDIS_URL = CELERY_BROKER_URL = CACHES["default"]["LOCATION"] = servers.own_database(REDIS_URL)

# Static files are looked up when asked for: each of the tests' many clients would list them all first.
WHITENOISE_AUTOREFRESH = True
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns without it
