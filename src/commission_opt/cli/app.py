"""The group of all commands: every way of ending becomes an exit code and a message, never a traceback."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Any

import click

from commission_opt import __version__
from commission_opt.cli.output import PipeClosedError, print_document, print_error
from commission_opt.errors import (
    CertificateError,
    CommissioningError,
    InfeasibleError,
    ModelError,
    Problem,
    ProblemsError,
    StoppedError,
)

INTERNAL, BAD_INPUT, INFEASIBLE, STOPPED, INTERRUPTED, PIPE_CLOSED = 1, 2, 3, 4, 130, 141

DEBUG = "COMMISSION_OPT_DEBUG"
"""Environment variable that shows where an internal error happened."""


class App(click.Group):
    """Commands in the order given, with one place where everything ends."""

    def __init__(self, *, commands: Sequence[click.Command], **settings: Any) -> None:
        super().__init__(commands=list(commands), **settings)
        self._order = [str(command.name) for command in commands]
        click.version_option(__version__, prog_name=self.name)(self)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which people need them."""
        return [name for name in self._order if name in self.commands] if ctx else []

    def main(self, *given: Any, **settings: Any) -> Any:
        """Run a command and exit with its code."""
        arguments = given[0] if given else settings.pop("args", None)
        words = list(sys.argv[1:] if arguments is None else arguments)
        run = super().main
        settings["standalone_mode"] = False
        sys.exit(_ended(lambda: run(words, *given[1:], **settings), "--json" in words))


def _ended(run: Callable[[], Any], as_json: bool) -> int:
    """Run a command; return the exit code of however it ended, having said why."""
    try:
        return int(run() or 0)
    except PipeClosedError:
        # Whoever reads has seen enough; nothing more can be said to them.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except (click.Abort, KeyboardInterrupt):
        return say_interrupted(as_json)
    except click.ClickException as error:
        if not as_json:
            error.show()
            return BAD_INPUT
        return _say(as_json, "usage", error.format_message(), BAD_INPUT)
    except CommissioningError as error:
        return _refused(error, as_json)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            return _say(as_json, "input", "There is no space left to write to.", BAD_INPUT)
        return _internal(error, as_json)
    except Exception as error:
        return _internal(error, as_json)


def say_interrupted(as_json: bool) -> int:
    """Say that the command was interrupted; return the exit code."""
    return _say(as_json, "interrupted", "Interrupted.", INTERRUPTED)


def say_stopping() -> None:
    """Say that a solver was asked for the plan that it has."""
    print_error("Stopping the solver with what it has. Ctrl-C once more ends at once.")


def _refused(error: CommissioningError, as_json: bool) -> int:
    """Say what one of the package's own errors means to the caller."""
    if isinstance(error, ProblemsError):
        kind = "model" if isinstance(error, ModelError) else "input"
        return _say(as_json, kind, str(error), BAD_INPUT, error.problems)
    if isinstance(error, InfeasibleError):
        return _say(as_json, "infeasible", str(error), INFEASIBLE)
    if isinstance(error, StoppedError):
        return _say(as_json, "stopped", str(error), STOPPED)
    kind = "certificate" if isinstance(error, CertificateError) else "solver"
    return _say(as_json, kind, str(error), INTERNAL)


def _internal(error: Exception, as_json: bool) -> int:
    """Say in one line that the fault is ours."""
    if os.environ.get(DEBUG):
        traceback.print_exc()
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({os.path.basename(frames[-1].filename)}, line {frames[-1].lineno})" if frames else ""
    what = " ".join(f"{type(error).__name__}: {error}".split())
    message = (
        f"Internal error: {what}{where}. A fault of commission-opt: please report it with the command you gave; "
        f"{DEBUG}=1 shows the details."
    )
    return _say(as_json, "internal", message, INTERNAL)


def _say(as_json: bool, kind: str, message: str, code: int, problems: Sequence[Problem] = ()) -> int:
    if as_json:
        details = [
            {"where": p.where, "row": p.row, "column": p.column, "message": p.message, "remedy": p.remedy}
            for p in problems
        ]
        print_document({"error": {"kind": kind, "message": message, "problems": details}})
    else:
        print_error(message)
    return code
