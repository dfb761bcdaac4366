"""Completion in the shell: what the Tab key offers, and the script that turns it on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from commission_opt.cli import commission_opt
from commission_opt.shipped import shipped_models, shipped_places
from tests.cli.running import document, run, tiny_folder


def offered(*words: str) -> list[str]:
    """Return what is offered for the last word."""
    shell = ShellComplete(commission_opt, {}, "commission-opt", "_COMMISSION_OPT_COMPLETE")
    return [item.value for item in shell.get_completions(list(words[:-1]), words[-1])]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("so",), ["solve"]),
        (("solve", "river"), ["riverside"]),
        (("solve", ""), list(shipped_places())),
        (("solve", "riverside", "--model", "tot"), ["total_place"]),
        (("models", ""), list(shipped_models())),
        (("compare", "riverside", "--models", "siloed,align"), ["siloed,aligned"]),
        (("template", "out.xlsx", "--from", "wrong"), ["wrong_pockets"]),
        (("why", "wrong_pockets", "treat"), ["treatment"]),
        (("why", "no such place", "treat"), []),
        (("completion", "z"), ["zsh"]),
    ],
)
def test_names_are_offered(words: tuple[str, ...], expected: list[str]) -> None:
    """Commands, places, models and the services of the place given."""
    assert offered(*words) == expected


def test_files_are_offered_where_no_name_fits() -> None:
    """A place or a model may be a file of the user's own."""
    shell = ShellComplete(commission_opt, {}, "commission-opt", "_COMMISSION_OPT_COMPLETE")
    assert [item.type for item in shell.get_completions(["solve"], "./our")] == ["file"]


def test_services_of_the_users_own_place_are_offered(tmp_path: Path) -> None:
    """Not only of those that ship."""
    assert offered("why", str(tiny_folder(tmp_path)), "w") == ["ward"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_script_calls_the_command_back(shell: str) -> None:
    """By the variable that the command looks for."""
    printed = run("completion", shell).stdout
    assert f"_COMMISSION_OPT_COMPLETE={shell}_complete" in printed
    assert document(run("completion", shell, "--json")) == {"shell": shell, "script": printed}


def test_bash_reads_the_script_and_completes(tmp_path: Path) -> None:
    """As a user's own shell would."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash here")
    command = tmp_path / "commission-opt"
    command.write_text(f"#!{sys.executable}\nfrom commission_opt.cli import main\nmain()\n", encoding="utf-8")
    command.chmod(0o755)
    script = tmp_path / "completion.bash"
    script.write_text(run("completion", "bash").stdout, encoding="utf-8")
    asked = f"""source {script}
COMP_WORDS=(commission-opt solve river); COMP_CWORD=2
_commission_opt_completion commission-opt; printf '%s\\n' "${{COMPREPLY[@]}}" """
    here = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    ended = subprocess.run([bash, "--norc", "-c", asked], capture_output=True, text=True, env=here, check=False)
    assert ended.stdout.split() == ["riverside"], ended.stderr


def test_unknown_shell_is_bad_usage() -> None:
    """With those that are known."""
    result = run("completion", "tcsh")
    assert result.exit_code == 2
    assert "fish" in result.stderr
