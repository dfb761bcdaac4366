"""Tables that describe a place: who has money, what services there are, what they do, and where the demand is."""

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

EVERY_AREA = "Blank: all areas of the place"
AREA = "areas.area"
COHORT = "demand.cohort"

TABLES_OF_PLACE = (
    table(
        "agencies",
        "Organisations with public money.",
        key_column("agency", "Short name of the agency."),
        text_column("name", "Full name."),
        text_column("kind", "council, nhs, police, work and pensions, schools, housing, fire, probation, ...", True),
        Column("tier", Kind.TEXT, "Level of government.", default="local", choices=("local", "national")),
        required=True,
    ),
    table(
        "funding",
        "Money of one agency in one year, of one kind.",
        key_column("stream", "Short name of the stream of money."),
        year_column("Blank: the same amount in every year."),
        link_column("agency", "Agency whose money it is.", "agencies.agency"),
        Column("kind", Kind.TEXT, "revenue, capital, or a named kind of the place's own.", default="revenue"),
        money_column("amount", "Money available in the year.", "money a year", required=True),
        Column(
            "ring_fence",
            Kind.KEY,
            "Ring fence that limits what it may pay for; blank: none.",
            refers_to="ring_fences.ring_fence",
        ),
        text_column(
            "theme", "Theme of an integrated settlement, the same word as the tag of its services; blank: none."
        ),
        share_column("poolable_share", "Largest share that may go into a pot.", default=1.0),
        money_column("minimum_contribution", "Least that must go into a pot where there is one.", "money a year", 0.0),
        share_column("carry_forward_share", "Largest share that may be carried into the next year.", default=0.0),
        required=True,
    ),
    table(
        "services",
        "Ways to meet a need, each led by one agency.",
        key_column("service", "Short name of the service."),
        text_column("name", "Full name."),
        link_column("agency", "Agency that leads it.", "agencies.agency"),
        link_column("need", "Need that it meets.", "demand.need"),
        text_column("unit", "What one unit is: a person for a year, a week, a course, ...", True),
        money_column(
            "unit_cost", "Revenue cost of one unit; blank: the costs table gives it.", "revenue money per unit"
        ),
        money_column("capital_cost", "Capital cost of one unit.", "capital money per unit", 0.0),
        money_column("fixed_cost", "Revenue cost of being open at all.", "money a year when open", 0.0),
        number_column("minimum_scale", "Fewest units a year at which it can be open.", "units a year when open", 0.0),
        share_column("max_coverage", "Largest share of the need's demand that it can reach.", default=1.0),
        Column("tags", Kind.TAGS, "Words that models and limits may refer to, separated by semicolons."),
        required=True,
    ),
    table(
        "costs",
        "Cost of a service in each kind of money; replaces unit_cost and capital_cost where given.",
        key_column("service", "Service that costs it.", "services.service"),
        Column("kind", Kind.TEXT, "Kind of money, as in funding.", key=True, required=True),
        money_column("amount", "Cost of one unit in this kind of money.", "money per unit", required=True),
    ),
    table(
        "outcomes",
        "What changes in citizens' lives.",
        key_column("outcome", "Short name of the outcome."),
        text_column("name", "Full name."),
        text_column("unit", "Unit in which it is counted.", True),
        signed_column("weight", "Value of one unit; negative for what is valued as a cost.", "value per unit", True),
        number_column(
            "fiscal_value", "Part of the weight that is public money saved; blank: none.", "value per unit", default=0.0
        ),
        link_column("agency", "Agency that answers for it.", "agencies.agency"),
        number_column(
            "ceiling", "Most that can be achieved for one case of demand; blank: no ceiling.", "units per case"
        ),
        required=True,
    ),
    table(
        "effects",
        "Outcome that one unit of a service brings about.",
        key_column("service", "Service that has the effect.", "services.service"),
        key_column("outcome", "Outcome that it changes.", "outcomes.outcome"),
        optional_key_column("cohort", "Blank: every cohort without a row of its own.", COHORT),
        signed_column("effect", "Outcome units gained by one unit of the service.", "outcome units per unit", True),
        signed_column("low", "Lower end of what the evidence allows.", "outcome units per unit"),
        signed_column("high", "Upper end of what the evidence allows.", "outcome units per unit"),
        whole_column("lag", "Years until the effect shows.", "years", 0.0),
        share_column("persistence", "Share of the effect that is left a year later.", 0.0, "share a year, 0 to 1"),
        required=True,
    ),
    table(
        "needs",
        "Duties to meet a need; a need without a row has none.",
        key_column("need", "Reason why people need help.", "demand.need"),
        text_column("name", "Full name."),
        share_column("must_meet", "Share of its demand that has to be met.", 0.0, "share of demand, 0 to 1"),
    ),
    table(
        "areas",
        "Neighbourhoods of the place; a place without this table is one area.",
        key_column("area", "Short name of the area."),
        text_column("name", "Full name."),
        text_column("cluster", "Cluster to which it belongs."),
        number_column("population", "People who live there.", "people"),
        money_column("income", "Median income of its households, for distributional weights.", "money a year"),
        number_column("equity_weight", "Weight of an outcome gained here.", "multiplier", 1.0),
        Column(
            "cost_factor",
            Kind.NUMBER,
            "What a unit costs here against the place.",
            "multiplier",
            default=1.0,
            minimum=0.0,
            above=True,
        ),
    ),
    table(
        "demand",
        "Cases of a need in a year.",
        key_column("need", "Reason why people need help."),
        optional_key_column("area", f"{EVERY_AREA} together, shared out by population.", AREA),
        Column("cohort", Kind.KEY, "Population group; blank: the need is not divided by cohort.", key=True),
        year_column("Blank: the same cases in every year."),
        number_column("cases", "Cases a year.", "cases a year", required=True),
        required=True,
    ),
)
"""Tables of the place, in the order in which a person fills them in."""
