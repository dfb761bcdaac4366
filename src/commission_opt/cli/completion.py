"""Completion in the shell: the script that turns it on, and the names of places, models and services."""

from __future__ import annotations

from collections.abc import Iterable

import click
from click.shell_completion import CompletionItem, get_completion_class

from commission_opt.cli.output import Output, output_options
from commission_opt.errors import CommissioningError
from commission_opt.shipped import shipped_models, shipped_places

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
@output_options
def completion(context: click.Context, shell: str, output: Output) -> None:
    r"""Print the script that completes commands, options and names in SHELL with the Tab key.

    \b
    bash:  commission-opt completion bash >> ~/.bashrc
    zsh:   commission-opt completion zsh >> ~/.zshrc
    fish:  commission-opt completion fish > ~/.config/fish/completions/commission-opt.fish
    """
    root = context.find_root()
    name = str(root.info_name)
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"This version of click does not know {shell}.")
    # The variable that click itself looks for.
    script = kind(root.command, {}, name, f"_{name}_COMPLETE".replace("-", "_").upper()).source()
    output.text(script)
    output.document({"shell": shell, "script": script})


def complete_place(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return places that ship by name, else whatever files there are."""
    return _named(shipped_places(), begun) or [CompletionItem(begun, type="file")]


def complete_model(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return models that ship by name, else whatever files there are."""
    return _named(shipped_models(), begun) or [CompletionItem(begun, type="file")]


def complete_models(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return models that ship for the last of several names with commas between them."""
    before, comma, last = begun.rpartition(",")
    return [CompletionItem(f"{before}{comma}{item.value}") for item in _named(shipped_models(), last)]


def complete_service(context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the services of the place given before, with their names for people; none where it cannot be read."""
    from commission_opt.place.people import people_names
    from commission_opt.place.read import read_place

    try:
        names = people_names(read_place(str(context.params.get("place", ""))), "services")
    except CommissioningError:
        return []
    return [CompletionItem(key, help=name) for key, name in names.items() if key.startswith(begun)]


def _named(names: Iterable[str], begun: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(begun)]
