"""What every rule family is: settings with a source, three steps in which it builds, and its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from commission_opt.place.arrays import PlaceArrays
from commission_opt.rules.draft import Draft

Standing = Literal["political", "financial", "statutory", "fact", "identity"]
"""Who could let a rule give way: partners by agreement, whoever holds the money, Parliament; nobody where it states a
fact (cases, staff, what a block holds) or an identity (what adds up to what), which is not even told in a conflict."""

PRIORITY: tuple[Standing, ...] = ("political", "financial", "statutory")
"""Standings of rules that may give way, in the order in which they should."""


@dataclass(frozen=True)
class Words:
    """Sentences of a family of rows, with the names of its keys in braces.

    Parameters
    ----------
    price : str
        What one more unit of the bound is: "one more {unit} in {stream} in {year}".
    demand : str
        What the row asks, as part of a conflict, with ``{bound}`` for its amount.
    standing : str or None
        Who could let the rule give way where not all rules can hold; None, while it is not stated: nobody.
    gives : str
        What it is to let the rule give way, with ``{amount}``, ``{bound}`` for today's and ``{to}`` for the new amount;
        blank: the demand with its new amount.
    """

    price: str
    demand: str
    standing: Standing | None = None
    gives: str = ""


@dataclass(frozen=True)
class Bound:
    """A rule that is kept as the bound of columns: of which, on which side, and its words as if it were a row."""

    column: str
    side: Literal["least", "most"]
    words: Words


@dataclass(frozen=True)
class Gate:
    """A way on which money could go if a rule gave way: who could open it, and what it is, as in :class:`Words`."""

    standing: Standing
    gives: str


@dataclass(frozen=True)
class Prohibition:
    """Something that a rule forbids without a row of its own to say so.

    Parameters
    ----------
    label : str
        ``family[name]``, as of a row.
    sentence : str
        What it forbids, with ``{amount}`` for the money that it holds.
    standing : str
        Who could lift it.
    lift : callable
        From a compiled place and the rule to the place and the rule without the barrier.
    amount : money a year
        What it holds, on average over the years; 0 where no amount tells.
    basis : str
        Statute, guidance or agreement; blank: the source of the rule.
    """

    label: str
    sentence: str
    standing: Standing
    lift: Callable[[PlaceArrays, Any], tuple[PlaceArrays, Any]]
    amount: float = 0.0
    basis: str = ""


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

    bounds: ClassVar[dict[str, Bound]] = {}
    """Rules that bounds of columns keep, by the name of the rows that would say the same."""

    gates: ClassVar[dict[str, Gate]] = {}
    """Ways on which money does not go because of the rule, though it keeps no row to say so."""

    no_barriers: ClassVar[frozenset[str]] = frozenset()
    """Families of rows that somebody could let give way and that are no barriers by themselves: the money there is,
    and what :meth:`prohibitions` tells as a whole."""

    reads: ClassVar[tuple[str, ...]] = ()
    """Tables and columns (``table`` or ``table.column``) that the family takes its figures from."""

    enabled: bool = Field(default=True, description="Whether the rule holds.")
    source: str = Field(min_length=1, description="Statute, guidance or agreement that the rule comes from.")

    def prohibitions(self, _arrays: PlaceArrays, /) -> tuple[Prohibition, ...]:
        """Return what the rule forbids without rows of its own; rows are barriers by their words and standing."""
        return ()

    def shape(self, draft: Draft) -> None:
        """Say what the volumes look like, before they exist."""

    def columns(self, draft: Draft) -> None:
        """Add the rule's own columns, and what they cost or gain."""

    def rows(self, draft: Draft) -> None:
        """Add the rule's rows."""
