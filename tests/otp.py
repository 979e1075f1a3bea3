"""The plug-ins of django-otp as another product has them installed: their models, and their tables."""

from contextlib import contextmanager

from django.apps import AppConfig, apps
from django.db import connection


@contextmanager
def installed(*plugins):
    """Their models can be used. They are not in the settings: their admin pages are none of ours."""
    labels = []
    try:
        for plugin in plugins:
            config = AppConfig.create(f"django_otp.plugins.{plugin}")
            config.apps, config.models = apps, apps.all_models[config.label]
            apps.app_configs[config.label] = config
            labels.append(config.label)
            config.import_models()
        apps.clear_cache()
        yield
    finally:
        for label in labels:
            del apps.app_configs[label]
        apps.clear_cache()


def make_table(model, *, over=connection, foreign=True):
    """The table of `model`, in the transaction of the test; with `foreign` its accounts are not ours."""
    fields = [field for field in model._meta.local_fields if field.remote_field and foreign]
    for field in fields:
        field.db_constraint = False
    try:
        editor = over.schema_editor(collect_sql=True)
        editor.deferred_sql = []
        statement, values = editor.table_sql(model)
    finally:
        for field in fields:
            field.db_constraint = True
    with over.cursor() as cursor:
        cursor.execute(statement, values or None)
