"""The errors that public functions raise: one base, one leaf for each thing that can be wrong."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from commission_opt.plan.conflict import Conflict
    from commission_opt.plan.repair import Repair

SHOWN_AT_MOST = 50
"""Problems printed before the rest is only counted."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong in what the user gave, with its place and its remedy.

    Parameters
    ----------
    where : str
        File, sheet or table as the user knows it.
    message : str
        What was found and what was expected: a clause that reads on after the place.
    remedy : str
        What to do about it; blank where the message says it all.
    row : int or None
        Line of the file, the header being line 1; None where no single row is at fault.
    column : str
        Column or setting; blank where no single column is at fault.
    """

    where: str
    message: str
    remedy: str = ""
    row: int | None = None
    column: str = ""

    def __str__(self) -> str:
        place = self.where
        if self.row is not None:
            place += f", row {self.row}"
        if self.column:
            place += f", column {self.column}"
        text = f"{place}: {self.message}"
        return f"{text}\n    {self.remedy}" if self.remedy else text


class CommissioningError(Exception):
    """Base of every error that this package raises on purpose."""


class ProblemsError(CommissioningError):
    """Base of errors that carry every problem found, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        shown = [str(problem) for problem in self.problems[:SHOWN_AT_MOST]]
        rest = len(self.problems) - len(shown)
        if rest:
            shown.append(f"{rest} more {'problem follows' if rest == 1 else 'problems follow'}.")
        super().__init__("\n".join(shown))


class PlaceError(ProblemsError):
    """The data of a place cannot be used as they stand."""


class ModelError(ProblemsError):
    """A commissioning model, or a setting of one, cannot be used as it stands."""


class InfeasibleError(CommissioningError):
    """The rules and the data cannot all hold together.

    Parameters
    ----------
    conflict : Conflict
        Which of them cannot.
    clinic : callable
        Works out the repairs.
    """

    def __init__(self, conflict: Conflict, clinic: Callable[[], tuple[Repair, ...]] = tuple) -> None:
        self.conflict = conflict
        self._clinic = clinic
        super().__init__(str(conflict))

    @cached_property
    def repairs(self) -> tuple[Repair, ...]:
        """What could give way for a plan to be possible, in the order in which to consider it; found when first asked.

        Agreements come before money, money before statute; every repair is verified by solving.
        """
        return self._clinic()


class SolverError(CommissioningError):
    """A solver is missing, failed, or gave no answer."""


class StoppedError(SolverError):
    """A limit of time or iterations was reached before a certified plan was found."""


class CertificateError(CommissioningError):
    """An answer failed its independent check, so it did not become a plan."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return ``Did you mean 'x'?`` for the known name most like ``name``, or a blank."""
    names = [str(candidate) for candidate in known]
    folded = {candidate.casefold(): candidate for candidate in reversed(names)}
    match = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return f"Did you mean '{folded[match[0]]}'?" if match else ""
