"""Tables of what pooled money is earmarked for."""

from __future__ import annotations

from commission_opt.place.columns import Column, Kind, key_column, money_column, table, year_column
from commission_opt.place.tables_of_rules import SUBJECT

TABLES_OF_EARMARKS = (
    table(
        "earmarks",
        "Part of a stream's minimum contribution that the pot has to spend on something.",
        key_column("stream", "Stream whose pooled money is earmarked.", "funding.stream"),
        Column("subject", Kind.SUBJECT, SUBJECT, key=True, required=True),
        year_column("Blank: each year by itself."),
        money_column(
            "amount", "Least that the pot has to spend on the subject's services.", "money a year", required=True
        ),
    ),
)
"""Tables of earmarks, in the order in which a person fills them in."""
