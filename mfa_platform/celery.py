"""The Celery application; configured by the `CELERY_*` settings."""

import os
import sys
from typing import Any

from celery import Celery, Task, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mfa_platform.settings")

app = Celery("mfa_platform")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf["CELERY_DB_REUSE_MAX"] = sys.maxsize  # Celery closes no connection after a task; see below
app.autodiscover_tasks()


@signals.task_prerun.connect
def close_old_connections(task: "Task[Any, Any]", **_: Any) -> None:
    """Before a task, what Django does before a request: close database connections that are broken or too old.

    Connecting anew for every task, which is Celery's way, took longer than sending the mail.
    """
    from django import db

    if not task.request.is_eager:
        db.close_old_connections()
