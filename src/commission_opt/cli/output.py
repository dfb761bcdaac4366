"""What a command prints: tables and sentences, or one JSON document; progress on a terminal only."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

import click

if TYPE_CHECKING:
    from rich.console import RenderableType

    from commission_opt.plan.run import Progress

COLUMNS = 80
"""Width of everything that is printed where no terminal says otherwise."""

WIDEST = 100
"""Width beyond which tables are harder to read."""


PREFIX = "commission-opt: "
"""Who speaks, before every error."""


class PipeClosedError(Exception):
    """Whoever reads what is printed has closed the pipe."""


def plain(text: str) -> str:
    """Return text without control characters other than line breaks: names from files must not steer a terminal."""
    return "".join(sign if sign == "\n" or sign.isprintable() else "?" for sign in text)


def print_document(document: Mapping[str, Any]) -> None:
    """Print one JSON document."""
    _write(sys.stdout, json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))


def print_error(message: str) -> None:
    """Print why a command failed."""
    _write(sys.stderr, f"{PREFIX}{plain(message)}")


def _write(stream: TextIO, text: str) -> None:
    try:
        stream.write(text if text.endswith("\n") else f"{text}\n")
        stream.flush()
    except BrokenPipeError as error:
        raise PipeClosedError from error


@dataclass(frozen=True)
class Output:
    """Where a command's results go.

    Parameters
    ----------
    as_json : bool
        One JSON document on standard output, nothing else.
    quiet : bool
        Nothing but errors, and the JSON document where one is asked for.
    """

    as_json: bool
    quiet: bool

    def show(self, *parts: RenderableType) -> None:
        """Print sentences and tables, unless quiet or in JSON."""
        if self.as_json or self.quiet:
            return
        from rich.console import Console

        terminal = sys.stdout.isatty()
        seen = shutil.get_terminal_size((COLUMNS, 24)).columns if terminal else COLUMNS
        width = min(max(seen, COLUMNS), WIDEST)
        console = Console(width=width, force_terminal=terminal, highlight=False, markup=False, emoji=False)
        with console.capture() as captured:
            for part in parts:
                console.print(part)
        _write(sys.stdout, re.sub(r" +$", "", captured.get(), flags=re.MULTILINE))

    def text(self, text: str) -> None:
        """Print text as it is, without breaking its lines."""
        if not (self.as_json or self.quiet):
            _write(sys.stdout, text)

    def document(self, document: Mapping[str, Any]) -> None:
        """Print the JSON document where one is asked for."""
        if self.as_json:
            print_document(document)

    def note(self, message: str) -> None:
        """Say something beside the results, on standard error."""
        if not (self.as_json or self.quiet):
            _write(sys.stderr, plain(message))

    @contextmanager
    def progress(self, first: str) -> Iterator[Progress]:
        """Show on a terminal what is being done, while it is being done."""
        if self.as_json or self.quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
            yield lambda _: None
            return
        from rich.console import Console

        with Console(stderr=True).status(plain(first)) as status:
            yield lambda words: status.update(f"{plain(words)} ...")


def output_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--json`` and ``--quiet`` to a command, which receives an :class:`Output` as ``output``."""

    @functools.wraps(command)
    def with_output(*args: Any, as_json: bool, quiet: bool, **given: Any) -> Any:
        return command(*args, output=Output(as_json, quiet), **given)

    with_options = click.option("--quiet", is_flag=True, help="Print nothing but errors.")(with_output)
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")(
        with_options
    )
