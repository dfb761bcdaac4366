"""What people call things: the names that a place gives its keys, as a sentence can use them."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from commission_opt.place.place import Place

NAMED = {
    "agency": "agencies",
    "area": "areas",
    "service": "services",
    "need": "needs",
    "outcome": "outcomes",
}
"""Table that names the keys of a dimension."""

COMMON = ("service", "need", "outcome")
"""Dimensions whose names are no proper names: within a sentence they begin in lower case."""


_KNOWN: WeakKeyDictionary[Place, dict[str, dict[str, str]]] = WeakKeyDictionary()
"""Names of places that are at hand, worked out once: sentences ask for them row by row."""


def people_names(place: Place, table: str) -> dict[str, str]:
    """Return the name for people of every key of a table; the key itself where there is none."""
    return dict(_names_of(place, table))


def _names_of(place: Place, table: str) -> dict[str, str]:
    known = _KNOWN.setdefault(place, {})
    if table not in known:
        frame = place.tables[table]
        key = frame.columns[0]
        named = frame["name"].where(frame["name"] != "", frame[key]) if "name" in frame.columns else frame[key]
        known[table] = dict(zip(frame[key].tolist(), named.tolist(), strict=True))
    return known[table]


def name_in_sentence(place: Place, dimension: str, key: str) -> str:
    """Return what people call a key of a dimension, within a sentence.

    A subject of spending or of a limit is a service, or a word, a colon and a key: ``need:falls``, ``group:beds``. A
    relation is its kind and two such subjects.
    """
    if dimension == "subject":
        word, _, inner = key.rpartition(":")
        name = name_in_sentence(place, "need" if word == "need" else "service", inner)
        return f"the {word} {name}" if word and word != "need" else name
    if dimension == "relation":
        kind, subject, other = (*key.split(" ", 2), "", "")[:3]
        pair = [name_in_sentence(place, "subject", one) for one in (subject, other)]
        return f"{pair[0]} {'to' if kind == 'at_most' else kind} {pair[1]}"
    if dimension not in NAMED:
        return key
    name = _names_of(place, NAMED[dimension]).get(key, key)
    return _within(name) if dimension in COMMON else name


def _within(name: str) -> str:
    """Return a name with a small first letter, unless it looks like a title or an abbreviation."""
    first, *others = name.split() or [""]
    proper = any(word[:1].isupper() and not word.isupper() for word in others)
    title = proper or not first[1:].islower()
    return name if title else name[:1].lower() + name[1:]
