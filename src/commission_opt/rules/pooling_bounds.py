"""What pooling keeps as bounds of columns: contributions to a pot and money carried forward, in words."""

from __future__ import annotations

from commission_opt.rules.base import Bound, Words

BOUNDS: dict[str, Bound] = {
    "pooling.minimum_contribution": Bound(
        column="pooled",
        side="least",
        words=Words(
            price="one more {unit} that {stream} has to put into the pot in {year}",
            demand="{stream} has to put at least {bound} into the pot in {year}",
            standing="financial",
            gives="{stream} puts {to} into the pot in {year} instead of at least {bound}: {amount} less",
        ),
    ),
    "pooling.poolable": Bound(
        column="pooled",
        side="most",
        words=Words(
            price="one more {unit} that {stream} may put into the pot in {year}",
            demand="{stream} may put at most {bound} into the pot in {year}",
            standing="financial",
            gives="{stream} may put {amount} more into the pot in {year}",
        ),
    ),
    "pooling.carry_forward": Bound(
        column="carry",
        side="most",
        words=Words(
            price="one more {unit} that {stream} may carry out of {year}",
            demand="{stream} may carry at most {bound} out of {year}",
            standing="financial",
            gives="{stream} may carry {amount} more out of {year}",
        ),
    ),
}
"""Rules on what streams put into a pot and carry, by the name of the rows that would say the same."""
