import customers.models.signup
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Signup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail')),
                ('language', models.CharField(default='en', max_length=5, verbose_name='language')),
                ('nonce', models.BigIntegerField(default=customers.models.signup.new_nonce, editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='begun')),
                ('expires_at', models.DateTimeField(db_index=True, verbose_name='expires')),
                ('finished_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='finished')),
            ],
            options={
                'verbose_name': 'begun registration',
                'verbose_name_plural': 'begun registrations',
            },
        ),
    ]
