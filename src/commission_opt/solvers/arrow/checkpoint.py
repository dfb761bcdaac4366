"""Checkpoint: what is needed to go on from an iteration, kept in a folder."""

from __future__ import annotations

import json
import shutil
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self
from zipfile import BadZipFile

import numpy as np

from commission_opt.errors import SolverError
from commission_opt.place.names import FloatArray
from commission_opt.solvers.arrow.form import Form
from commission_opt.solvers.arrow.method import Method

EVERY = 5
"""Iterations between checkpoints."""

NOW, PART, JOINT, FIGURES = "now", "part_{}.npz", "joint.npz", "figures.json"
"""What the folder of a complete state, and what is in it, is called."""

State = dict[str, FloatArray]
"""Arrays by name."""


class Checkpoint:
    """The last state that was kept of the solution of one program.

    Parameters
    ----------
    folder : str
        Holds a folder for every program, named by its figures; made when it is missing. Blank where nobody asked for
        one.
    form : Form
        The program.
    needed : bool
        Whether a state is needed anyhow, as parts may be lost: then in a folder that goes at the end.

    Raises
    ------
    SolverError
        When the folder cannot be written to.
    """

    def __init__(self, folder: str, form: Form, needed: bool) -> None:
        self._passing = TemporaryDirectory(prefix="commission-opt-") if needed and not folder else None
        home = self._passing.name if self._passing is not None else folder
        self._home = Path(home) / fingerprint(form) if home else None
        try:
            if self._home is not None:
                self._home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _not_kept(folder, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._passing is not None:
            self._passing.cleanup()

    def resume(self, method: Method) -> int:
        """Let a method go on from what is kept, or begin; return the number of its steps so far."""
        if self._home is None or not (self._home / NOW).is_dir():
            method.start()
            return 0
        try:
            method.crew.restore(self._part)
            figures = json.loads((self._home / NOW / FIGURES).read_text(encoding="utf-8"))
            method.restore(_arrays(self._home / NOW / JOINT), figures)
            steps = int(figures["steps"])
        except (BadZipFile, EOFError, KeyError, OSError, ValueError) as error:
            raise SolverError(
                f"What is kept in '{self._home}' cannot be read. Delete this folder to begin afresh."
            ) from error
        method.crew.kept(self._part)
        return steps

    def keep(self, method: Method, steps: int) -> None:
        """Keep the state after every few steps, in place of the last one once it is complete."""
        if self._home is None or steps % EVERY:
            return
        try:
            self._write(self._home, method, steps)
        except OSError as error:
            raise _not_kept(str(self._home), error) from error
        method.crew.kept(self._part)

    @staticmethod
    def _write(home: Path, method: Method, steps: int) -> None:
        new, now, old = (home / name for name in ("new", NOW, "old"))
        for left in (new, old):
            shutil.rmtree(left, ignore_errors=True)
        new.mkdir()
        for number, state in enumerate(method.crew.states()):
            np.savez(new / PART.format(number), allow_pickle=False, **state)
        arrays, figures = method.state()
        np.savez(new / JOINT, allow_pickle=False, **arrays)
        (new / FIGURES).write_text(json.dumps({**figures, "steps": steps}), encoding="utf-8")
        if now.is_dir():
            now.rename(old)
        new.rename(now)
        shutil.rmtree(old, ignore_errors=True)

    def _part(self, number: int) -> State:
        return _arrays(Path() if self._home is None else self._home / NOW / PART.format(number))

    def done(self) -> None:
        """Remove what is kept: the program is solved."""
        if self._home is not None:
            shutil.rmtree(self._home, ignore_errors=True)


def _not_kept(folder: str, error: OSError) -> SolverError:
    return SolverError(
        f"Nothing can be kept in the folder '{folder}': {error.strerror}. Name a folder that can be written to."
    )


def _arrays(path: Path) -> State:
    with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
        return dict(kept)


def fingerprint(form: Form) -> str:
    """Return a name for a program, and the order of its joint rows, that no other figures have."""
    program = form.program
    digest, matrix = blake2b(digest_size=12), program.matrix
    vectors = program.objective, program.lower, program.upper, program.row_lower, program.row_upper
    order = np.array(form.cuts), form.joint.row
    for array in (matrix.indptr, matrix.indices, matrix.data, *vectors, *order):
        digest.update(np.ascontiguousarray(array).view(np.uint8).data)
    return digest.hexdigest()
