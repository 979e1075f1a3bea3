from django.apps import AppConfig
from django.core import checks


class MfaConfig(AppConfig):
    """The engine: factors, challenges, step-up, for every portal and API."""

    name = "mfa"
    verbose_name = "Multi-factor authentication"

    def ready(self) -> None:
        from mfa import checks as mfa_checks

        checks.register(mfa_checks.check_settings, checks.Tags.security)
