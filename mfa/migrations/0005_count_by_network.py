import socket

from django.db import migrations, models
from django.db.models import F


def network_of(ip):
    """As `mfa.origins` had it then: the /64."""
    return socket.inet_ntop(socket.AF_INET6, socket.inet_pton(socket.AF_INET6, ip)[:8] + bytes(8))


def count(apps, schema_editor):
    """What was sent in the last hour goes on counting."""
    challenges = apps.get_model("mfa", "Challenge").objects
    challenges.update(network=F("ip"))
    for ip in challenges.exclude(ip=None).values_list("ip", flat=True).distinct():
        if ":" in ip:
            challenges.filter(ip=ip).update(network=network_of(ip))


class Migration(migrations.Migration):
    dependencies = [
        ("mfa", "0004_trusted_browsers"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="challenge", name="mfa_challenge_by_ip"),
        migrations.AddField(
            model_name="challenge",
            name="network",
            field=models.GenericIPAddressField(null=True),
        ),
        migrations.AddIndex(
            model_name="challenge",
            index=models.Index(fields=["network", "created_at"], name="mfa_challenge_by_network"),
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
