"""Formulas of docstrings as text that a terminal can show."""

from __future__ import annotations

import re

SIGNS = {
    r"\sum": "∑",
    r"\max": "max",
    r"\min": "min",
    r"\le": "≤",
    r"\ge": "≥",
    r"\in": "∈",
    r"\notin": "∉",
    r"\cdot": "·",
    r"\Gamma": "Γ",
    r"\quad": "   ",
    r"\qquad": "\n",
    r"\,": " ",
    r"\;": " ",
    r"\\": "\n",
}
"""What stands for each command; a wide space begins a new line."""

UNDERSCORE = "\x00"
"""Stands for an underscore that is part of a name while those that begin a subscript are dealt with."""

COMMAND = re.compile(r"\\[a-zA-Z]+|\\.")


def as_text(formula: str) -> list[str]:
    r"""Return a formula of TeX as lines of plain text.

    ``x_{s n} \le share_k \cdot demand`` becomes ``x[s n] ≤ share[k] · demand``.
    """
    text = re.sub(r"\\text\{([^}]*)\}", r"\1", formula).replace(r"\_", UNDERSCORE)
    text = COMMAND.sub(lambda found: f" {SIGNS.get(found[0], found[0][1:])} ", text)
    text = re.sub(r"\^\{([^{}]*)\}", r"^\1", text)
    text = re.sub(r"\s*_\{([^{}]*)\}|(?:(?<=\w)|\s+)_(\w)", lambda found: f"[{found[1] or found[2]}]", text)
    text = text.replace("{", "").replace("}", "").replace(UNDERSCORE, "_")
    return [" ".join(line.split()).strip(" ,") for line in text.splitlines() if line.strip(" ,")]
