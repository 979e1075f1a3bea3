"""The product's own settings, serving the measured endpoints and nothing else."""

import os

from mfa_platform.settings import *  # noqa: F403
from mfa_platform.settings import LOGGING, STATIC_ROOT

ROOT_URLCONF = "bench.urls"
# Log lines are made and written, for they are part of the price, but nobody wants to read them.
HANDLER = {"class": "logging.FileHandler", "filename": os.devnull, "formatter": "json"}
LOGGING = {**LOGGING, "handlers": {"console": HANDLER}}

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns without it
