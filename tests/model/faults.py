"""Every fault of a model file with which reading, and every command that reads a model, is tested."""

from __future__ import annotations

from dataclasses import dataclass

VALID = """\
name = "agreement"
title = "An agreement"
description = "Two partners."
source = "Memorandum of understanding, 2026"

[objective]
kind = "weighted_outcomes"
source = "Weights of the place"

[pooling]
powers = "lead_and_funders"
source = "Section 75"

[pooling.pot]
partners = ["council", "nhs"]
scope = "tags"
tags = ["families"]
theme_virement = 0.1

[ring_fences]
source = "Grant conditions"

[resources]
shared = true
source = "Shared staff"
"""
"""A model without a fault."""


@dataclass(frozen=True)
class ModelFault:
    """One fault: a piece of the valid file replaced, and what the message has to hold."""

    name: str
    old: str
    new: str
    expect: tuple[str, ...]

    def text(self) -> str:
        """Return the file with the fault."""
        assert self.old in VALID, self.name
        return VALID.replace(self.old, self.new, 1)


def _fault(name: str, old: str, new: str, *expect: str) -> ModelFault:
    return ModelFault(name, old, new, expect)


OBJECTIVE = 'kind = "weighted_outcomes"'

FAULTS = [
    _fault("unclosed text", 'name = "agreement"', 'name = "agreement', "is not valid TOML", "line 1"),
    _fault("no equals sign", "shared = true", "shared true", "is not valid TOML"),
    _fault("setting twice", "shared = true", "shared = true\nshared = false", "is not valid TOML"),
    _fault("section twice", "[ring_fences]", "[pooling]", "is not valid TOML"),
    _fault("bare word", "shared = true", "shared = yes", "is not valid TOML"),
    _fault("unclosed list", '["council", "nhs"]', '["council", "nhs"', "is not valid TOML"),
    _fault("empty file", VALID, "", "'name' is missing", "'objective' is missing", "'source' is missing"),
    _fault("unknown section", "[ring_fences]", "[ring_fence]", "'ring_fence'", "Did you mean 'ring_fences'?"),
    _fault("section of a place", "[ring_fences]", "[funding]", "no section or setting 'funding'", "Known are"),
    _fault("unknown heading", 'title = "An agreement"', 'titel = "An agreement"', "'titel'", "Did you mean 'title'?"),
    _fault("unknown setting", "shared = true", "share = true", "'share'", "Did you mean 'shared'?", "resources"),
    _fault("unlike any setting", "shared = true", "colour = 1", "'colour'", "Settings here are"),
    _fault("unknown setting of a pot", "tags = [", "tag = [", "'tag'", "Did you mean 'tags'?"),
    _fault("unknown setting of the objective", OBJECTIVE, 'kinds = "x"', "'kinds'", "Did you mean 'kind'?"),
    _fault("unknown part of pooling", "[pooling.pot]", "[pooling.pots]", "'pots'", "Did you mean 'pot'?"),
    _fault("name missing", 'name = "agreement"\n', "", "'name' is missing", "Add name"),
    _fault("title missing", 'title = "An agreement"\n', "", "'title' is missing"),
    _fault("description missing", 'description = "Two partners."\n', "", "'description' is missing"),
    _fault(
        "source missing", 'source = "Memorandum of understanding, 2026"\n', "", "column source", "'source' is missing"
    ),
    _fault(
        "source of a rule missing", 'source = "Grant conditions"\n', "", "ring_fences.source", "'source' is missing"
    ),
    _fault("source of the objective missing", 'source = "Weights of the place"\n', "", "objective.source"),
    _fault("source blank", '"Grant conditions"', '""', "ring_fences.source", "at least 1 character"),
    _fault("source of spaces", '"Grant conditions"', '"   "', "ring_fences.source", "at least 1 character"),
    _fault("name blank", '"agreement"', '""', "column name", "at least 1 character"),
    _fault("name a number", '"agreement"', "7", "column name", "7", "valid string"),
    _fault(
        "objective missing",
        f'[objective]\n{OBJECTIVE}\nsource = "Weights of the place"\n',
        "",
        "'objective' is missing",
    ),
    _fault(
        "objective a word",
        f'[objective]\n{OBJECTIVE}\nsource = "Weights of the place"\n',
        'objective = "x"\n',
        "objective",
    ),
    _fault(
        "unknown objective",
        '"weighted_outcomes"',
        '"most_happiness"',
        "'most_happiness'",
        "net_value",
        "objective.kind",
    ),
    _fault("lexicographic without order", OBJECTIVE, 'kind = "lexicographic"', "objective.order", "needs an order"),
    _fault(
        "order of nothing known",
        OBJECTIVE,
        'kind = "lexicographic"\norder = ["net_valeu"]',
        "'net_valeu' is no objective",
        "net_value",
    ),
    _fault("order not a list", OBJECTIVE, 'kind = "lexicographic"\norder = 3', "objective.order"),
    _fault("tolerance negative", OBJECTIVE, f"{OBJECTIVE}\ntolerance = -0.1", "objective.tolerance", "-0.1"),
    _fault("tolerance of everything", OBJECTIVE, f"{OBJECTIVE}\ntolerance = 1.0", "objective.tolerance", "less than 1"),
    _fault("flag a word", "shared = true", 'shared = "perhaps"', "resources.shared", "'perhaps'", "boolean"),
    _fault("flag a number", "shared = true", "shared = 3", "resources.shared", "3"),
    _fault("enabled a word", "[ring_fences]", '[ring_fences]\nenabled = "later"', "ring_fences.enabled", "'later'"),
    _fault("unknown powers", '"lead_and_funders"', '"everybody"', "pooling.powers", "'everybody'", "'lead'"),
    _fault("unknown scope", 'scope = "tags"', 'scope = "some"', "pooling.pot.scope", "'some'"),
    _fault("partners a word", '["council", "nhs"]', '"council"', "pooling.pot.partners", "'council'"),
    _fault("partners numbers", '["council", "nhs"]', "[1, 2]", "pooling.pot.partners"),
    _fault("tags a word", '["families"]', '"families"', "pooling.pot.tags"),
    _fault("virement above one", "theme_virement = 0.1", "theme_virement = 1.5", "pooling.pot.theme_virement", "1.5"),
    _fault("virement below zero", "theme_virement = 0.1", "theme_virement = -0.1", "pooling.pot.theme_virement"),
    _fault("virement a word", "theme_virement = 0.1", 'theme_virement = "ten"', "pooling.pot.theme_virement", "'ten'"),
    _fault("grant below zero", "[ring_fences]", "[pooling.grant]\nshare = -1\n\n[ring_fences]", "pooling.grant.share"),
    _fault("grant no number", "[ring_fences]", "[pooling.grant]\nshare = nan\n\n[ring_fences]", "pooling.grant.share"),
    _fault("grant endless", "[ring_fences]", "[pooling.grant]\namount = inf\n\n[ring_fences]", "pooling.grant.amount"),
    _fault("pot a word", "[ring_fences]", "[[silos]]\nsource = 'x'\n\n[ring_fences]", "silos", "is not a section"),
    _fault("rule a flag", 'name = "agreement"', 'name = "agreement"\ncoverage = true', "coverage", "Write [coverage]"),
    _fault("rules by their inner name", 'name = "agreement"', 'name = "agreement"\nrules = []', "'rules'", "Known are"),
]
"""Each with the words of its place, of what was found and of the remedy."""
