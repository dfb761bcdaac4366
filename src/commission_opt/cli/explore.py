"""``explore``: the what-if page of a place, on this machine only."""

from __future__ import annotations

import sys
import webbrowser
from collections.abc import Callable

import click

from commission_opt.cli.inputs import load_place, place_argument
from commission_opt.cli.output import Output, output_options

FIRST = "aligned"


@click.command()
@place_argument
@click.option(
    "--model",
    "-m",
    default=FIRST,
    show_default=True,
    help="What the page begins with: a model file, or a shipped name.",
)
@click.option(
    "--port", default=0, type=click.IntRange(0, 65535), help="Port of this machine; any free one unless given."
)
@click.option("--browser/--no-browser", default=None, help="Open the page in a browser; the default on a terminal.")
@output_options
def explore(place: str, model: str, port: int, browser: bool | None, output: Output) -> int:
    """Open a page on which budgets, weights and rules of PLACE are moved by hand, and answered at once.

    The page is served to this machine only, and only to whoever has the address that is printed. Ctrl-C ends it.

    Example: commission-opt explore riverside
    """
    from commission_opt.explorer.app import make_app
    from commission_opt.explorer.engine import Engine
    from commission_opt.explorer.guard import Access
    from commission_opt.explorer.server import listen, serve
    from commission_opt.model.read import read_model
    from commission_opt.shipped import shipped_models

    with output.progress("Reading the place"):
        data = load_place(place)
        first = read_model(model)
        offered = {name: read_model(path) for name, path in shipped_models().items()}
    try:
        server = listen(port)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise click.BadParameter(f"port {port} cannot be used: {reason}.", param_hint="--port") from error
    access = Access(int(server.getsockname()[1]))

    def ready(_: Callable[[], None]) -> None:
        output.document({"place": data.name, "address": access.address})
        output.text(f"What-if page of {data.name}: {access.address}\nPress Ctrl-C to end it.\n")
        if sys.stdout.isatty() if browser is None else browser:
            webbrowser.open(access.address)

    app = make_app(Engine(data, {first.name: first, **offered, first.name: first}), first.name)
    serve(app, server, access, ready)
    return 0
