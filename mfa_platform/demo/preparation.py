"""What has to be so before the product is served on a developer's machine."""

import os

from django.core.management import call_command
from django.core.management.base import CommandError, OutputWrapper

from mfa_platform.demo.servers import ports

DEFAULT_PORT = 8000


def choose_address(stdout: OutputWrapper) -> int:
    """The port to serve on: PORT, 8000 by default, or the next free one. It is put into the environment for children.

    Raises CommandError for a PORT that is not one.
    """
    wanted = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not wanted.isdecimal() or not 0 < int(wanted) < 65536:
        raise CommandError(f"PORT must be a number from 1 to 65535, not {wanted!r}.")
    port = ports.next_free(int(wanted))
    if port != int(wanted):
        stdout.write(f"Port {wanted} is taken by another program (this product already running?): using {port}.")
    os.environ["PORT"] = str(port)
    os.environ["BASE_URL"] = f"http://localhost:{port}"
    return port


def fill_database(stdout: OutputWrapper) -> None:
    """Migrate and seed; both change nothing the second time."""
    stdout.write("Migrating and seeding the database …")
    call_command("migrate", verbosity=0, interactive=False)
    call_command("seed_demo", verbosity=0)
