"""Compiled: loops over areas as machine code, kept on disk where there is a place for it."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

from numba import config, njit

F = TypeVar("F", bound=Callable[..., Any])

SUMS = {"reassoc", "contract", "arcp", "nsz"}
"""Freedoms with sums that let them run side by side; what is not a number stays so."""


def compiled(function: F) -> F:
    """Compile a function at its first call, or take it from the disk; without a place to write, at every start."""
    return _compile(function, inline="never")


def inlined(function: F) -> F:
    """Compile a function into those that call it: for what is done once a column."""
    return _compile(function, inline="always")


def _compile(function: F, inline: str) -> F:
    chosen, config.CACHE_DIR = config.CACHE_DIR, HOME
    try:
        return njit(cache=True, nogil=True, error_model="numpy", fastmath=SUMS, inline=inline)(function)
    except RuntimeError:
        return njit(nogil=True, error_model="numpy", fastmath=SUMS, inline=inline)(function)
    finally:
        config.CACHE_DIR = chosen


def _home() -> str:
    """Return where machine code of these very sources is kept.

    The compiler looks whether a function's own source has changed, but not whether what it calls has, or what it is
    called with: after an upgrade it would take the old code, or fail to read it.
    """
    here, digest = Path(__file__).parent, blake2b(digest_size=8)
    for source in sorted(here.glob("*.py")):
        digest.update(source.read_bytes())
    return str(Path(config.CACHE_DIR or here / "__pycache__") / digest.hexdigest())


HOME = _home()
"""Folder in which machine code is kept."""
