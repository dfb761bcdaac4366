"""The rule families: the union that registers them, validates model files and is checked by type.

The order is the order in which rules build: what the volumes look like first, who pays for them, and what
that has to keep to, last.
"""

from __future__ import annotations

from typing import Annotated, get_args

from pydantic import Field

from commission_opt.rules.assets import Assets
from commission_opt.rules.base import Rule, Words
from commission_opt.rules.baseline import Baseline
from commission_opt.rules.capacity import Capacity
from commission_opt.rules.ceilings import Ceilings
from commission_opt.rules.contracts import Contracts
from commission_opt.rules.coverage import Coverage
from commission_opt.rules.devolution import Devolution
from commission_opt.rules.duty import Duty
from commission_opt.rules.equity import Equity
from commission_opt.rules.guarantees import Guarantees
from commission_opt.rules.pooling import Pooling
from commission_opt.rules.prevention import Prevention
from commission_opt.rules.relations import Relations
from commission_opt.rules.resources import Resources
from commission_opt.rules.returns import Returns
from commission_opt.rules.ring_fences import RingFences
from commission_opt.rules.robustness import Robustness
from commission_opt.rules.savings import Savings
from commission_opt.rules.scale import Scale
from commission_opt.rules.silos import Silos
from commission_opt.rules.targets import Targets
from commission_opt.rules.transition import Transition

AnyRule = Annotated[
    Returns
    | Silos
    | RingFences
    | Resources
    | Prevention
    | Savings
    | Capacity
    | Scale
    | Assets
    | Contracts
    | Coverage
    | Baseline
    | Duty
    | Ceilings
    | Targets
    | Equity
    | Relations
    | Transition
    | Robustness
    | Pooling
    | Devolution
    | Guarantees,
    Field(discriminator="kind"),
]

FAMILIES: dict[str, type[Rule]] = {
    str(family.model_fields["kind"].default): family for family in get_args(get_args(AnyRule)[0])
}
"""Every rule family by the name of its section in a model file."""

__all__ = ["FAMILIES", "AnyRule", "Rule", "Words"]
