"""Tables that only some rules read: what services do beyond their effects, what limits them, who may pay."""

from __future__ import annotations

from commission_opt.place.columns import (
    Column,
    Kind,
    key_column,
    link_column,
    money_column,
    number_column,
    optional_key_column,
    share_column,
    signed_column,
    table,
    text_column,
    whole_column,
    year_column,
)
from commission_opt.place.tables_of_place import AREA, COHORT, EVERY_AREA

SUBJECT = "A service, or need:NAME, tag:NAME or group:NAME for several together."
RATIO = (
    "For at_most: most units of the subject for each unit of the other. For requires: fewest units of the other, all "
    "together, in a year in which a service of the subject is open. For replaces: fewest units of the subject, all "
    "together, for each unit of the other delivered today, once the other has closed."
)

COUNTED_IN = Column(
    "outcome",
    Kind.KEY,
    "Outcome whose weight counts the money saved by it already, so that it is not counted twice; blank: none.",
    refers_to="outcomes.outcome",
)

TABLES_OF_RULES = (
    table(
        "returns",
        "Diminishing returns: the first part of the demand gains most.",
        key_column("service", "Service whose returns change with volume.", "services.service"),
        Column(
            "tranche", Kind.WHOLE, "1 for the first part, 2 for the next, ...", key=True, required=True, minimum=1.0
        ),
        Column(
            "share",
            Kind.SHARE,
            "Part of the coverable demand that lies in the tranche.",
            "share of coverable demand, 0 to 1",
            required=True,
            minimum=0.0,
            maximum=1.0,
        ),
        number_column(
            "effectiveness", "What the effects are multiplied by in the tranche.", "multiplier", required=True
        ),
    ),
    table(
        "prevention",
        "Cases of a need that a unit of a service averts.",
        key_column("service", "Service that prevents.", "services.service"),
        key_column("need", "Need whose cases are averted.", "demand.need"),
        signed_column("cases_averted", "Cases averted by one unit.", "cases per unit", True),
        signed_column("low", "Lower end of what the evidence allows.", "cases per unit"),
        signed_column("high", "Upper end of what the evidence allows.", "cases per unit"),
        whole_column("lag", "Years until cases are averted.", "years", 0.0),
        share_column("persistence", "Share of the effect that is left a year later.", 0.0, "share a year, 0 to 1"),
        COUNTED_IN,
    ),
    table(
        "savings",
        "Money that a unit of a service saves an agency.",
        key_column("service", "Service that saves.", "services.service"),
        key_column("agency", "Agency that saves.", "agencies.agency"),
        money_column("amount", "Money saved by one unit.", "money per unit", required=True),
        share_column("cashable_share", "Share that can be taken out of a budget.", 0.0),
        whole_column("lag", "Years until the money is saved.", "years", 0.0),
        COUNTED_IN,
    ),
    table(
        "capacity",
        "Blocks in which a service's capacity opens and closes.",
        key_column("service", "Service that needs capacity.", "services.service"),
        Column(
            "block_size",
            Kind.NUMBER,
            "Units a year that one block can deliver.",
            "units a year",
            required=True,
            minimum=0.0,
            above=True,
        ),
        money_column(
            "block_cost",
            "Cost of keeping a block open: part of the unit cost when it is full.",
            "money a year",
            required=True,
        ),
        whole_column(
            "notice", "Years between the decision to close a block and the release of its cost.", "years", 0.0
        ),
        money_column("closure_cost", "Cost of closing a block, once.", "money", 0.0),
    ),
    table(
        "resources",
        "What is not money but limits delivery: staff, buildings, equipment.",
        key_column("resource", "Short name of the resource."),
        year_column("Blank: the same in every year."),
        link_column("agency", "Agency that owns or employs it.", "agencies.agency"),
        Column(
            "kind",
            Kind.TEXT,
            "What sort of resource it is.",
            required=True,
            choices=("staff", "property", "equipment"),
        ),
        text_column("unit", "Unit in which it is counted: hours, square metres, beds."),
        number_column("available", "What there is in a year.", "resource units a year", required=True),
        Column(
            "shareable",
            Kind.FLAG,
            "Whether other agencies may use it where a model shares resources.",
            "yes or no",
            default=0.0,
        ),
        money_column("expansion_cost", "Cost of one further unit for a year.", "money per unit", 0.0),
        number_column("expansion_limit", "Most further units in a year.", "resource units a year", 0.0),
    ),
    table(
        "usage",
        "Resource that one unit of a service takes.",
        key_column("service", "Service that takes it.", "services.service"),
        key_column("resource", "Resource that it takes.", "resources.resource"),
        number_column("per_unit", "Amount taken by one unit.", "resource units per unit", required=True),
    ),
    table(
        "substitution",
        "One resource standing in for another.",
        key_column("resource", "Resource that stands in.", "resources.resource"),
        key_column("other", "Resource that it stands in for.", "resources.resource"),
        Column(
            "productivity",
            Kind.NUMBER,
            "Units of the other that one unit replaces.",
            "units per unit",
            required=True,
            minimum=0.0,
            above=True,
        ),
    ),
    table(
        "baseline",
        "Today's volumes: the plan that nobody chose.",
        key_column("service", "Service that is delivered today.", "services.service"),
        optional_key_column("area", f"{EVERY_AREA} together, shared out by coverable demand.", AREA),
        optional_key_column("cohort", "Blank: all cohorts together, shared out by coverable demand.", COHORT),
        year_column("Blank: the same volume in every year."),
        number_column("volume", "Units delivered in a year.", "units a year", required=True),
    ),
    table(
        "limits",
        "Least and most of volume, spend and coverage.",
        Column("subject", Kind.SUBJECT, SUBJECT, key=True, required=True),
        optional_key_column("area", f"{EVERY_AREA} together.", AREA),
        year_column("Blank: each year by itself."),
        number_column("min_volume", "Fewest units a year.", "units a year"),
        number_column("max_volume", "Most units a year.", "units a year"),
        money_column("min_spend", "Least spend a year.", "money a year"),
        money_column("max_spend", "Most spend a year.", "money a year"),
        share_column(
            "min_coverage", "Least share of the demand of the subject's needs.", unit="share of demand, 0 to 1"
        ),
        share_column("max_coverage", "Most of the demand of the subject's needs.", unit="share of demand, 0 to 1"),
        share_column("max_cut", "Largest cut in volume against the year before.", unit="share a year, 0 to 1"),
        Column(
            "max_growth",
            Kind.SHARE,
            "Largest growth in volume against the year before.",
            "share a year",
            minimum=0.0,
        ),
    ),
    table(
        "groups",
        "Services that share a limit: delivery modes of one service, or substitutes.",
        key_column("group", "Short name of the group."),
        key_column("service", "Service that belongs to it.", "services.service"),
    ),
    table(
        "targets",
        "Least outcomes that are agreed or required.",
        key_column("outcome", "Outcome that is meant.", "outcomes.outcome"),
        optional_key_column("area", f"{EVERY_AREA} together.", AREA),
        year_column("Blank: each year by itself."),
        signed_column("minimum", "Least outcome in the year.", "outcome units a year", True),
        number_column(
            "penalty", "Value lost for every unit short; blank: the target must be met.", "value per unit short"
        ),
        signed_column("stretch", "Outcome in the year that earns the reward; blank: none.", "outcome units a year"),
        money_column("reward", "Reward grant for reaching the stretch, paid a year later.", "money"),
        Column(
            "reward_scale",
            Kind.TEXT,
            "Whether the reward is all or nothing, or grows in proportion from the minimum to the stretch.",
            choices=("all", "pro_rata"),
            default="all",
        ),
    ),
    table(
        "funders",
        "Agencies other than the lead whose powers let them pay for a service.",
        key_column("service", "Service that is paid for.", "services.service"),
        key_column("agency", "Agency that may pay.", "agencies.agency"),
        share_column("min_share", "Least share of what is spent; what a pot pays counts.", 0.0),
        share_column("max_share", "Largest share of what is spent, by the agency itself.", 1.0),
    ),
    table(
        "ring_fences",
        "Services that money inside a ring fence may pay for.",
        key_column("ring_fence", "Short name of the ring fence."),
        key_column("service", "Service that it may pay for.", "services.service"),
        text_column("legal_basis", "Statute, grant condition or guidance that makes it."),
    ),
    table(
        "relations",
        "One service or group of services depending on another.",
        Column(
            "relation",
            Kind.TEXT,
            "How the subject depends on the other.",
            key=True,
            required=True,
            choices=("requires", "excludes", "at_most", "replaces"),
        ),
        Column("subject", Kind.SUBJECT, SUBJECT, key=True, required=True),
        Column("other", Kind.SUBJECT, SUBJECT, key=True, required=True),
        number_column("ratio", RATIO, "units per unit; requires: units a year", 1.0),
        whole_column(
            "double_running", "For replaces: years in which the subject and the other both run.", "years", 0.0
        ),
    ),
    table(
        "own_weights",
        "What an agency values when it plans alone; no row: the weight of what it answers for, else nothing.",
        key_column("agency", "Agency that plans.", "agencies.agency"),
        key_column("outcome", "Outcome that it values.", "outcomes.outcome"),
        signed_column("weight", "Value of one unit to the agency.", "value per unit", True),
    ),
)
"""Tables of rules, in the order in which a person fills them in."""
