"""Faults of files: missing, unreadable, of the wrong shape; and faults of ``place.toml``."""

from __future__ import annotations

from tests.place.fault import (
    Fault,
    append,
    dangling,
    edit,
    file_instead,
    folder_instead,
    nothing_there,
    remove,
    rename,
    splice,
    write,
)
from tests.place.valid import VALID

REQUIRED = ("agencies", "funding", "services", "outcomes", "effects", "demand")


def _setting(name: str, line: str, *expect: str) -> Fault:
    """Put another line in the place of a setting."""
    old = next(text for text in VALID["place.toml"].splitlines() if text.startswith(f"{name} ="))
    row = VALID["place.toml"].splitlines().index(old) + 1
    return Fault(
        f"place.toml says {line}",
        edit("place.toml", old, line),
        ("place.toml", f"row {row}", f"column {name}", *expect),
    )


FOLDER_FAULTS = [
    Fault("no such folder", nothing_there, ("ashford", "there is no such folder", "place.toml")),
    Fault("a file instead of a folder", file_instead, ("ashford", "is a file", "expected a folder")),
    Fault("no place.toml", remove("place.toml"), ("place.toml", "missing", "Write it")),
    Fault("place.toml misnamed", rename("place.toml", "places.toml"), ("place.toml", "missing", "'places.toml'")),
    Fault("place.toml is a folder", folder_instead("place.toml"), ("place.toml", "cannot be read", "it is a folder")),
    Fault("place.toml is a dangling link", dangling("place.toml"), ("place.toml", "cannot be read", "no such file")),
    Fault("a table is a folder", folder_instead("effects.csv"), ("effects.csv", "cannot be read", "it is a folder")),
    Fault("a table is a dangling link", dangling("demand.csv"), ("demand.csv", "cannot be read", "no such file")),
    Fault("an unknown table", write("effect.csv", "a\n1\n"), ("effect.csv", "'effect'", "Did you mean 'effects'?")),
    Fault("a table unlike any", write("qqqq.csv", "a\n1\n"), ("qqqq.csv", "'qqqq'", "The tables are agencies")),
    Fault("an unknown Parquet table", write("needz.parquet", b"PAR1"), ("needz.parquet", "Did you mean 'needs'?")),
    Fault("a table twice", write("needs.parquet", b"PAR1"), ("needs.parquet", "as CSV and as Parquet", "Delete")),
    Fault("no Parquet at all", rename("needs.csv", "needs.parquet"), ("needs.parquet", "not a readable Parquet")),
    Fault(
        "a Parquet file cut off",
        lambda folder: (remove("needs.csv")(folder), write("needs.parquet", b"PAR1\0\0\0\0PAR1")(folder))[0],
        ("needs.parquet", "not a readable Parquet", "Write the file again"),
    ),
    *(
        Fault(f"no {table}", remove(f"{table}.csv"), (f"{table}.csv", "missing or has no rows", "Every place needs it"))
        for table in REQUIRED
    ),
    *(
        Fault(
            f"{table} without rows",
            write(f"{table}.csv", VALID[f"{table}.csv"].splitlines()[0] + "\n"),
            (f"{table}.csv", "missing or has no rows"),
        )
        for table in ("agencies", "effects")
    ),
]

SHAPE_FAULTS = [
    Fault("an empty table", write("effects.csv", b""), ("effects.csv", "the file is empty", "header")),
    Fault("only blank lines", write("effects.csv", b"\n \n\n"), ("effects.csv", "the file is empty")),
    Fault("only a byte order mark", write("needs.csv", b"\xef\xbb\xbf\n"), ("needs.csv", "there is no header")),
    Fault("a blank first line", splice("effects.csv", b"serv", b"\nserv"), ("effects.csv", "row 1", "no header")),
    Fault("separators for a header", splice("needs.csv", b"need,name,must_meet", b",,"), ("needs.csv", "no header")),
    Fault("a blank name in the header", edit("needs.csv", "need,name", "need,"), ("needs.csv", "column 2", "blank")),
    Fault(
        "a column twice",
        edit("needs.csv", "need,name,", "need,name,name,"),
        ("needs.csv", "row 1", "column name", "twice", "Delete or rename"),
    ),
    Fault(
        "an unknown column",
        edit("demand.csv", "cohort", "cohorts"),
        ("demand.csv", "row 1", "'cohorts'", "Did you mean 'cohort'?"),
    ),
    Fault("a column in capitals", edit("needs.csv", "must_meet", "Must_Meet"), ("needs.csv", "mean 'must_meet'?")),
    Fault("a column unlike any", edit("needs.csv", "name", "x_zzzzzz"), ("needs.csv", "'x_zzzzzz'", "The columns are")),
    Fault(
        "a required column missing",
        edit("outcomes.csv", "outcome,name,unit,weight", "outcome,name,note,source"),
        ("outcomes.csv", "column weight", "missing from the header", "Value of one unit"),
    ),
    Fault("a key column missing", edit("effects.csv", "service,", "note,"), ("effects.csv", "column service", "Add")),
    Fault(
        "a row too short", append("needs.csv", "noise"), ("needs.csv", "row 4", "found 1 cells, expected 3", "'noise'")
    ),
    Fault("a row too long", append("needs.csv", "a,b,0.1,x"), ("needs.csv", "row 4", "found 4 cells, expected 3")),
    Fault(
        "a comma too many amid rows",
        edit("demand.csv", "over 75,2025/26,300", "over 75,2025/26,1,300"),
        ("demand.csv", "row 2", "found 6 cells, expected 5", "quotation marks"),
    ),
    Fault(
        "rows too long and too short in turn",
        edit("needs.csv", "falls,Falls,0.2\ndisorder,Disorder,", "falls,Falls,0.2,1\ndisorder,Disorder"),
        ("needs.csv", "row 2", "row 3", "found 4 cells", "found 2 cells"),
    ),
    Fault(
        "a row of the wrong length after a cell of two lines",
        append("needs.csv", '"a\nb",c,0', "noise"),
        ("needs.csv", "row 6", "found 1 cells", "'noise'"),
    ),
    Fault("a quotation mark never closed", append("needs.csv", '"noise,x,0'), ("needs.csv", "row 4", "never closed")),
    Fault(
        "a quotation mark never closed, early",
        edit("services.csv", "Falls prevention", '"Falls prevention'),
        ("services.csv", "row 2", "quotation mark", "Close"),
    ),
    Fault("text after a quotation mark", append("needs.csv", '"a"b,x,0'), ("needs.csv", "row 4", "misplaced", "twice")),
    Fault("a NUL byte", splice("demand.csv", b"over", b"ov\0er"), ("demand.csv", "row 2", "NUL byte", "UTF-8")),
    Fault("UTF-16", write("needs.csv", "need,name\na,b\n".encode("utf-16")), ("needs.csv", "UTF-16", "Save it as")),
    Fault("neither UTF-8 nor cp1252", splice("needs.csv", b"Falls", b"\x81"), ("needs.csv", "row 2", "0x81", "UTF-8")),
    Fault("a picture", write("needs.csv", b"\x89PNG\r\n\x1a\n\0\0"), ("needs.csv", "NUL byte")),
]

SETTINGS_FAULTS = [
    Fault("place.toml empty", write("place.toml", b""), ("place.toml", "the file is empty")),
    Fault("place.toml without value", edit("place.toml", '"GBP"', ""), ("place.toml", "row 4", "not valid TOML")),
    Fault(
        "place.toml without quotes", edit("place.toml", '"ashford"', "ashford"), ("place.toml", "row 1", "quotation")
    ),
    Fault("place.toml says a thing twice", append("place.toml", "money_unit = 1"), ("place.toml", "not valid TOML")),
    Fault("place.toml never closed", append("place.toml", "title2 = ["), ("place.toml", "not valid TOML", "row 10")),
    Fault("place.toml with a NUL byte", splice("place.toml", b"Ash", b"\0"), ("place.toml", "row 2", "NUL byte")),
    Fault(
        "an unknown setting",
        edit("place.toml", "discount_rate", "discount"),
        ("place.toml", "row 8", "'discount'", "Did you mean 'discount_rate'?"),
    ),
    Fault("a section", append("place.toml", "[tables]"), ("place.toml", "row 10", "'tables'", "The settings are")),
    Fault(
        "no name", edit("place.toml", 'name = "ashford"\n', ""), ("place.toml", "column name", "missing", "Add name =")
    ),
    Fault(
        "no years", edit("place.toml", "years =", "title2 ="), ("place.toml", "column years", "missing", "Add years")
    ),
    _setting("name", 'name = ""', "''", "a short name"),
    _setting("name", 'name = "Ashford Town"', "'Ashford Town'", "lower-case"),
    _setting("name", "name = 7", "'7'", "text in quotation marks"),
    _setting("title", "title = true", "'True'", "text in quotation marks"),
    _setting("description", 'description = "a\\u001bb"', "control characters"),
    _setting("currency", 'currency = "pounds"', "'pounds'", "three capital letters"),
    _setting("currency", "currency = 826", "'826'", "text in quotation marks"),
    _setting("money_unit", "money_unit = 100", "'100'", "1, 1000 or 1000000"),
    _setting("money_unit", 'money_unit = "1000"', "'1000'", "1, 1000 or 1000000"),
    _setting("money_unit", "money_unit = true", "'True'", "1, 1000 or 1000000"),
    _setting("price_year", "price_year = [2024]", "'[2024]'", "years as text or whole numbers"),
    _setting("years", "years = []", "'[]'", "one or more years"),
    _setting("years", 'years = "2025/26"', "'2025/26'", "a list"),
    _setting("years", "years = 2025", "'2025'", "a list"),
    _setting("years", 'years = ["2025/26", "2025/26"]', "each year once", "'2025/26'"),
    _setting("years", 'years = ["2025/26", " "]', "not blank"),
    _setting("years", "years = [2025.5]", "'[2025.5]'", "whole numbers"),
    _setting("years", "years = [true]", "'[True]'", "whole numbers"),
    _setting("discount_rate", "discount_rate = 3.5", "'3.5'", "from 0 to 1"),
    _setting("discount_rate", "discount_rate = -0.1", "'-0.1'", "from 0 to 1"),
    _setting("discount_rate", "discount_rate = nan", "'nan'", "from 0 to 1"),
    _setting("discount_rate", 'discount_rate = "5%"', "'5%'", "from 0 to 1"),
    _setting("source", "source = 2024-01-01", "'2024-01-01'", "text in quotation marks"),
]
