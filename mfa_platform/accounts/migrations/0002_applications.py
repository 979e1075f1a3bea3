"""The three APIs as OAuth applications: public clients that may use the password and refresh grants."""

from django.db import migrations

APPLICATIONS = {"glue": "customer", "glue-storefront": "customer", "glue-backend": "user"}


def create(apps, schema_editor):
    application = apps.get_model("accounts", "Application")
    for client_id, realm in APPLICATIONS.items():
        application.objects.get_or_create(
            client_id=client_id,
            defaults={
                "name": client_id,
                "realm": realm,
                "client_type": "public",
                "authorization_grant_type": "password",
                "client_secret": "",
            },
        )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
