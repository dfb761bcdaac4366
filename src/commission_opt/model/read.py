"""Model files: one TOML file for each commissioning model."""

from __future__ import annotations

import tomllib
from pathlib import Path

from commission_opt.errors import ModelError, Problem, nearest
from commission_opt.model.model import Model, model_from_data
from commission_opt.shipped import shipped_models


def read_model(model: str | Path) -> Model:
    """Read a commissioning model.

    Parameters
    ----------
    model : str or Path
        A TOML file, or the name of a model that ships.

    Returns
    -------
    Model
        Validated and frozen.

    Raises
    ------
    ModelError
        When there is no such model, or with every problem in the file.
    """
    path = _find(model)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        remedy = "Save the file as UTF-8."
        raise ModelError([Problem(str(path), f"byte {error.start} is not UTF-8 text.", remedy)]) from error
    except OSError as error:
        raise ModelError([Problem(str(path), f"cannot be read: {error.strerror}.")]) from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ModelError([Problem(str(path), f"is not valid TOML: {error}.", "Mend the line named.")]) from error
    return model_from_data(data, path)


def _find(model: str | Path) -> Path:
    path = Path(model)
    if path.is_file():
        return path
    shipped = shipped_models()
    if str(model) in shipped:
        return shipped[str(model)]
    if path.is_dir():
        raise ModelError([Problem(str(model), "is a folder, not a model file.", "Name a .toml file.")])
    remedy = nearest(str(model), shipped) or f"Models that ship: {', '.join(shipped)}."
    raise ModelError([Problem(str(model), "is neither a file nor a model that ships.", remedy)])
