"""What every rule family is: settings with a source, three steps in which it builds, and its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from commission_opt.rules.draft import Draft


@dataclass(frozen=True)
class Words:
    """Sentences of a family of rows, with the names of its keys in braces.

    Parameters
    ----------
    price : str
        What one more unit of the bound is: "one more {unit} in {stream} in {year}".
    demand : str
        What the row asks, as part of a conflict, with ``{bound}`` for its amount.
    """

    price: str
    demand: str


class Settings(BaseModel):
    """Frozen settings that refuse what they do not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)


class Rule(Settings):
    """One use of a rule family: one section of a model file.

    A rule builds in three steps, each for all rules before the next: :meth:`shape` before the volumes
    exist, :meth:`columns` for what it decides itself, :meth:`rows` for what it demands.
    """

    words: ClassVar[dict[str, Words]] = {}
    """For every family of rows, what its price and its demand mean."""

    reads: ClassVar[tuple[str, ...]] = ()
    """Tables and columns (``table`` or ``table.column``) that the family takes its figures from."""

    enabled: bool = Field(default=True, description="Whether the rule holds.")
    source: str = Field(min_length=1, description="Statute, guidance or agreement that the rule comes from.")

    def shape(self, draft: Draft) -> None:
        """Say what the volumes look like, before they exist."""

    def columns(self, draft: Draft) -> None:
        """Add the rule's own columns, and what they cost or gain."""

    def rows(self, draft: Draft) -> None:
        """Add the rule's rows."""
