"""However a command ends: an exit code, a message, and never a traceback."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from commission_opt.shipped import shipped_models
from tests.cli.running import document, refused, run, tiny_folder
from tests.model.faults import FAULTS as MODEL_FAULTS
from tests.model.faults import ModelFault
from tests.place.fault import Fault
from tests.place.faults import FAULTS
from tests.place.valid import write_valid
from tests.tiny import services

SLOW = "hashlib.pbkdf2_hmac('sha256', b'', b'', 10**9)"
"""Work that Python cannot interrupt, as a solver's is."""


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault_of_a_place_is_bad_input(tmp_path: Path, fault: Fault) -> None:
    """Exit code 2, and words that lead to the fault."""
    folder = write_valid(tmp_path / "ashford")
    fault.mutate(folder)
    refused(run("check", folder), fault.expect)


@pytest.mark.parametrize("fault", MODEL_FAULTS, ids=lambda fault: fault.name)
def test_every_fault_of_a_model_is_bad_input(tmp_path: Path, fault: ModelFault) -> None:
    """Exit code 2, and words that lead to the fault."""
    path = tmp_path / "agreement.toml"
    path.write_text(fault.text(), encoding="utf-8")
    refused(run("models", path), fault.expect)


def test_bad_input_in_json_is_one_document_with_every_problem(tmp_path: Path) -> None:
    """A machine gets file, row, column, message and remedy."""
    folder = write_valid(tmp_path / "ashford")
    (folder / "needs.csv").write_text("need,must_meet\nfalls,2\ndisordr,0\n", encoding="utf-8")
    result = run("solve", folder, "--model", "aligned", "--json")
    error = document(result)["error"]
    assert result.exit_code == 2
    assert error["kind"] == "input"
    assert {(problem["row"], problem["column"]) for problem in error["problems"]} == {(2, "must_meet"), (3, "need")}


@pytest.mark.parametrize(
    "args", [("nonsense",), ("solve", "riverside"), ("solve", "--model"), ("compare", "riverside")]
)
def test_bad_usage_in_json_is_one_document(args: tuple[str, ...]) -> None:
    """Even where the command is not known."""
    result = run(*args, "--json")
    assert result.exit_code == 2
    assert document(result)["error"]["kind"] == "usage"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("check", "riversid"), "Did you mean 'riverside'?"),
        (("solve", "riverside", "--model", "alined"), "Did you mean 'aligned'?"),
        (("check", "book.xlsx"), "no such workbook"),
        (("check", "book.xls"), "Excel workbook (.xlsx)"),
        (("check", "no/such/folder"), "no such folder"),
        (("convert", "wrong_pockets", "book.xls"), "folder"),
        (("export", "wrong_pockets", "--model", "aligned", "program.txt"), ".mps"),
        (("compare", "wrong_pockets", "--models", " , "), "at least one model"),
        (("demo", "wrong_pockets", "--out", "report.doc"), ".html"),
        (("synth", "out.csv"), "folder"),
    ],
)
def test_what_cannot_be_done_says_what_can(args: tuple[str, ...], words: str) -> None:
    """Bad input, each with its remedy."""
    result = run(*args)
    assert result.exit_code == 2
    assert words in result.stderr


def test_two_models_of_one_name_are_told_apart_first(tmp_path: Path) -> None:
    """A ladder cannot have two steps called the same."""
    path = tmp_path / "mine.toml"
    path.write_text(shipped_models()["aligned"].read_text(encoding="utf-8"), encoding="utf-8")
    result = run("compare", "wrong_pockets", "--models", f"aligned,{path}")
    assert result.exit_code == 2
    assert "two models are called 'aligned'" in result.stderr


def test_an_answer_beyond_the_tolerance_is_no_plan(tmp_path: Path) -> None:
    """It is refused, with what was asked of it."""
    place = tiny_folder(tmp_path, services=services(unit_cost=[10.1, 20.3, 50.7]))
    result = run("solve", place, "--model", "aligned", "--tolerance", "1e-300", "--json")
    error = document(result)["error"]
    assert (result.exit_code, error["kind"]) == (1, "certificate")
    assert "1e-300" in error["message"]


def test_a_fault_of_the_program_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What happened, where, and how to report it."""
    fail_with(monkeypatch, RuntimeError("boom"))
    result = run("solve", tiny_folder(tmp_path), "--model", "aligned")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "RuntimeError: boom" in result.stderr
    assert "COMMISSION_OPT_DEBUG=1" in result.stderr


def test_details_of_a_fault_are_shown_on_demand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For those who mend it."""
    fail_with(monkeypatch, RuntimeError("boom"))
    monkeypatch.setenv("COMMISSION_OPT_DEBUG", "1")
    with pytest.raises(AssertionError, match="Traceback"):
        run("solve", tiny_folder(tmp_path), "--model", "aligned")


def test_keyboard_interrupt_has_its_own_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """130, as shells expect."""
    fail_with(monkeypatch, KeyboardInterrupt())
    result = run("solve", tiny_folder(tmp_path), "--model", "aligned")
    assert result.exit_code == 130
    assert "Interrupted" in result.stderr


def test_interrupt_ends_a_solver_at_work() -> None:
    """Python is not reached, the process ends all the same."""
    code = (
        "import hashlib\nfrom commission_opt.cli.interrupt import Interrupts\n"
        f"Interrupts(lambda: 130, print).watch()\nprint('ready', flush=True)\n{SLOW}"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(timeout=20) == 130
        finally:
            process.kill()


def test_the_first_interrupt_goes_to_a_solver_that_has_a_plan() -> None:
    """It is told so; the second ends the process."""
    code = (
        "import time\nfrom commission_opt.cli.interrupt import Interrupts\n"
        "from commission_opt.halt import HALT\n"
        "Interrupts(lambda: 130, lambda: print('asked', flush=True)).watch()\n"
        "with HALT.heard():\n    print('ready', flush=True)\n    time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "asked\n"
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(timeout=20) != 0
        finally:
            process.kill()


def test_a_closed_pipe_is_no_fault() -> None:
    """``| head`` ends quietly."""
    code = "from commission_opt.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", code, "format"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 141


def test_help_loads_nothing_heavy() -> None:
    """The package and its help are there at once."""
    code = (
        "import sys, commission_opt, commission_opt.cli\n"
        "heavy = {'numpy', 'pandas', 'highspy', 'pulp', 'scipy', 'pydantic', 'jinja2', 'rich'}\n"
        "heavy |= {'xlsxwriter', 'defusedxml'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Make the solve end in an error."""

    def failing(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("commission_opt.plan.solve.solve", failing)
