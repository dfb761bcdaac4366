"""The command line: ``commission-opt``."""

from __future__ import annotations

import io
import sys

from commission_opt.cli.app import App, say_interrupted, say_stopping
from commission_opt.cli.barriers import barriers
from commission_opt.cli.compare import compare, demo
from commission_opt.cli.completion import completion
from commission_opt.cli.files import convert, export, synth, template
from commission_opt.cli.interrupt import Interrupts
from commission_opt.cli.look import check, format_, models, places
from commission_opt.cli.solve import solve
from commission_opt.cli.why import why

EXIT_CODES = """Exit codes: 0 done; 1 internal error; 2 bad usage or bad input; 3 the rules cannot all hold;
4 stopped by a limit; 130 interrupted."""

commission_opt = App(
    name="commission-opt",
    help="Plan public services across agencies: what each form of joint working is worth, proven.\n\n"
    "A PLACE is a folder of tables, a workbook (.xlsx), or the name of one that ships. A MODEL says who may pay for "
    "what: a file, or the name of one that ships.",
    epilog=EXIT_CODES,
    commands=[
        demo,
        places,
        models,
        check,
        solve,
        compare,
        why,
        barriers,
        template,
        convert,
        export,
        synth,
        format_,
        completion,
    ],
)


def main() -> None:
    """Run the command line and end the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a sign gets a question mark, not an error.
            stream.reconfigure(errors="replace")
    Interrupts(lambda: say_interrupted("--json" in sys.argv), say_stopping).watch()
    commission_opt(prog_name="commission-opt")
