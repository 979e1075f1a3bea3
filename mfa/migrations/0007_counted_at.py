import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """Budgets that were there before count as drawn on now: none is deleted too early."""

    dependencies = [
        ("mfa", "0006_passkeys"),
    ]

    operations = [
        migrations.AddField(
            model_name="budget",
            name="counted_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
    ]
