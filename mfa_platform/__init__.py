"""Composition root: settings, URLs, Celery and the WSGI/ASGI entry points."""

from mfa_platform.celery import app as celery_app

__all__ = ["celery_app"]
