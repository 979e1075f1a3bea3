"""WSGI entry point: `gunicorn mfa_platform.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

from mfa import middleware

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mfa_platform.settings")

application = middleware.Utf8Only(get_wsgi_application())
