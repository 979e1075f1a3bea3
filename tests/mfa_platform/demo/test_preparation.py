"""The address that a development server takes."""

import io
import os
import socket

import pytest
from django.core.management.base import CommandError, OutputWrapper

from mfa_platform.demo import preparation
from mfa_platform.demo.servers import ports


@pytest.fixture
def output(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What a command printed; the environment is put back afterwards."""
    monkeypatch.setenv("PORT", str(ports.any_free()))
    monkeypatch.setenv("BASE_URL", "")
    return io.StringIO()


def test_a_free_port_is_taken_without_a_word(output: io.StringIO) -> None:
    wanted = os.environ["PORT"]

    port = preparation.choose_address(OutputWrapper(output))

    assert port == int(wanted)
    assert os.environ["BASE_URL"] == f"http://localhost:{port}"
    assert output.getvalue() == ""


def test_instead_of_a_taken_port_the_next_free_one_serves(output: io.StringIO) -> None:
    with socket.create_server((ports.HOST, 0)) as other:
        os.environ["PORT"] = str(other.getsockname()[1])

        port = preparation.choose_address(OutputWrapper(output))

        assert port > other.getsockname()[1]
    assert os.environ["PORT"] == str(port)
    assert f"using {port}" in output.getvalue()


@pytest.mark.parametrize("nonsense", ["http", "0", "65536", "-1", "80.5"])
def test_nonsense_is_refused_in_words(output: io.StringIO, nonsense: str) -> None:
    os.environ["PORT"] = nonsense

    with pytest.raises(CommandError, match="PORT must be a number"):
        preparation.choose_address(OutputWrapper(output))
