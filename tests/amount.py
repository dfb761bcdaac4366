"""How many random places a test draws: a few, or all of them where the environment asks for it."""

from __future__ import annotations

import os

EVERY_PLACE = "EVERY_PLACE"
"""Environment variable: with any value every place is drawn."""


def all_drawn() -> bool:
    """Whether everything is to be drawn."""
    return bool(os.environ.get(EVERY_PLACE))


def drawn(every: int, least: int = 2) -> int:
    """Return how many of so many random cases to draw."""
    return every if all_drawn() else max(every // 10, least)
