"""Compiled: loops over areas as machine code, kept on disk where there is a place for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

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
    try:
        return njit(cache=True, nogil=True, error_model="numpy", fastmath=SUMS, inline=inline)(function)
    except RuntimeError:
        return njit(nogil=True, error_model="numpy", fastmath=SUMS, inline=inline)(function)
