"""What a table and a column of a place are, and short ways to declare them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How the text of a cell is parsed."""

    KEY = "key"
    TEXT = "text"
    TAGS = "tags"
    YEAR = "year"
    SUBJECT = "subject"
    MONEY = "money"
    NUMBER = "number"
    SHARE = "share"
    WHOLE = "whole number"
    FLAG = "flag"

    @property
    def numeric(self) -> bool:
        """Whether cells of this kind become floating-point numbers (blank: NaN)."""
        return self in (Kind.MONEY, Kind.NUMBER, Kind.SHARE, Kind.WHOLE, Kind.FLAG)


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name : str
        Header, also the name in every DataFrame.
    kind : Kind
        How a cell is parsed.
    meaning : str
        One sentence; what a blank means where a blank is allowed.
    unit : str
        Unit of the figures; blank for text.
    key : bool
        Part of the table's key.
    required : bool
        No cell may be blank.
    default : float or str or None
        What a blank stands for when the place is compiled; None where a blank means absence.
    minimum, maximum : float or None
        Smallest and largest value allowed.
    above : bool
        Whether the minimum itself is refused.
    choices : tuple of str
        The only texts allowed; empty for any.
    refers_to : str
        ``table.column`` that must hold every name used here; blank for free text.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    key: bool = False
    required: bool = False
    default: float | str | None = None
    minimum: float | None = None
    maximum: float | None = None
    above: bool = False
    choices: tuple[str, ...] = ()
    refers_to: str = ""


@dataclass(frozen=True)
class Table:
    """One table of a place: its columns in order, and whether every place must have it."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    required: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the columns that together identify a row."""
        return tuple(column.name for column in self.columns if column.key)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """Return the column called ``name``."""
        return next(column for column in self.columns if column.name == name)


def key_column(name: str, meaning: str, refers_to: str = "") -> Column:
    """Declare a column that every row must fill and that identifies it."""
    return Column(name, Kind.KEY, meaning, key=True, required=True, refers_to=refers_to)


def link_column(name: str, meaning: str, refers_to: str) -> Column:
    """Declare a column that names a row of another table."""
    return Column(name, Kind.KEY, meaning, required=True, refers_to=refers_to)


def optional_key_column(name: str, meaning: str, refers_to: str) -> Column:
    """Declare a key column that may be blank: the row then holds for all."""
    return Column(name, Kind.KEY, meaning, key=True, refers_to=refers_to)


def text_column(name: str, meaning: str, required: bool = False) -> Column:
    """Declare a column of free text."""
    return Column(name, Kind.TEXT, meaning, required=required)


def share_column(name: str, meaning: str, default: float | None = None, unit: str = "share, 0 to 1") -> Column:
    """Declare a share between 0 and 1."""
    return Column(name, Kind.SHARE, meaning, unit=unit, default=default, minimum=0.0, maximum=1.0)


def money_column(name: str, meaning: str, unit: str, default: float | None = None, required: bool = False) -> Column:
    """Declare an amount of money that is not negative."""
    return Column(name, Kind.MONEY, meaning, unit=unit, default=default, minimum=0.0, required=required)


def number_column(name: str, meaning: str, unit: str, default: float | None = None, required: bool = False) -> Column:
    """Declare a figure that is not negative."""
    return Column(name, Kind.NUMBER, meaning, unit=unit, default=default, minimum=0.0, required=required)


def signed_column(name: str, meaning: str, unit: str, required: bool = False) -> Column:
    """Declare a figure of either sign."""
    return Column(name, Kind.NUMBER, meaning, unit=unit, required=required)


def whole_column(name: str, meaning: str, unit: str, default: float | None = None) -> Column:
    """Declare a whole number that is not negative."""
    return Column(name, Kind.WHOLE, meaning, unit=unit, default=default, minimum=0.0)


SOURCE = text_column("source", "Where the figures of the row come from: publication, year, page or code.")
GRADE = Column(
    "grade",
    Kind.TEXT,
    "Strength of the evidence: green, amber or red; assumed where nobody has measured it.",
    choices=("green", "amber", "red", "assumed"),
)
NOTE = text_column("note", "Free text for people; never used in a calculation.")


def year_column(meaning: str = "Blank: every year.") -> Column:
    """Declare the year as a key column that may be blank."""
    return Column("year", Kind.YEAR, meaning, key=True)


def table(name: str, meaning: str, *columns: Column, required: bool = False) -> Table:
    """Add the columns that every table may carry: source, grade, note."""
    given = {column.name for column in columns}
    common = tuple(column for column in (SOURCE, GRADE, NOTE) if column.name not in given)
    return Table(name, meaning, columns + common, required)
