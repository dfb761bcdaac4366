"""``explore`` from the command line: an address, a page behind it, and a clean end."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.cli.running import run, tiny_folder

MAIN = "from commission_opt.cli import main; main()"


def test_page_is_served_on_this_machine_until_interrupted(tmp_path: Path) -> None:
    """The printed address answers; Ctrl-C ends it with 130 and no traceback."""
    command = [sys.executable, "-c", MAIN, "explore", str(tiny_folder(tmp_path)), "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[-1]
        assert address.startswith("http://127.0.0.1:")
        assert urllib.request.urlopen(address, timeout=30).status == 200
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said.strip() == "commission-opt: Interrupted."


def test_port_that_is_taken_is_bad_usage(tmp_path: Path) -> None:
    """With the port named."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run("explore", tiny_folder(tmp_path), "--no-browser", "--port", port)
    assert result.exit_code == 2
    assert f"port {port} cannot be used" in result.stderr


def test_place_or_form_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    """Before anything is served."""
    assert run("explore", tmp_path / "nothing").exit_code == 2
    assert run("explore", tiny_folder(tmp_path), "--model", "nothing").exit_code == 2
