"""Central: steps of the joint prices along the central path, every area at its own centre after each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.linalg import cho_solve

from commission_opt.place.names import FloatArray

if TYPE_CHECKING:
    from commission_opt.solvers.arrow.joint import Joint
    from commission_opt.solvers.arrow.method import Method

FALL, LEAST_FALL, MOST_FALL = 0.4, 0.2, 0.85
"""What the barrier falls to in a step, of what it was: at first, at least and at most."""

FASTER, SLOWER = 0.6, 0.6
"""Factor of the fall after a step that stayed near the path, and its power after one that left it."""

NEAR, FAR, CLOSE = 0.1, 0.5, 0.5
"""Distance from the path, in barriers an area: below which the next step may be longer, above which the barrier waits,
and below which the whole program takes over at the end."""

END, SHARE = 5e-5, 0.3
"""Gap that comes of the barrier at which the whole program takes over, and that as a share of the gap asked for."""

RETREAT, BACK = 10.0, 5e-3
"""How many times as high the barrier is where rows are sooner made to hold, and the gap up to which that is gone."""

SMOOTH = 1.0
"""Weight of the response from before the barrier fell, in steps that only come nearer to the path."""

TRIALS, STIFF = 3, 1.6
"""Prices tried in a step at most, and by how much more areas may respond to them than they were expected to."""

HOLDS = 1e-9
"""Largest violation of a joint row, were areas to respond as expected."""

WAITS = 10
"""Steps in a row for which the barrier may wait: then this is not the way."""

STATE = ("_barrier", "_fall", "_stiff", "_fell", "_waited", "_done")
"""What has to be kept, beside the response from before, to go on from here."""


class Central:
    """Newton's method on the dual of the barrier: what areas give to the joint rows is their response, not linear.

    The response of all areas together is far smoother than that of each: so the barrier falls much more in a step than
    where all areas keep to one length of it.

    Parameters
    ----------
    method : Method
        Where the program stands, and who works on it.
    gap : float
        What is asked for in the end.
    """

    def __init__(self, method: Method, gap: float) -> None:
        self._method, self._end = method, max(END, SHARE * gap)
        self._barrier, self._fall, self._stiff = 0.0, FALL, 1.0
        self._fell, self._waited, self._done, self._back = False, 0, False, False
        self._before = np.zeros((0, 0))

    def step(self) -> bool:
        """Lower the barrier, or come nearer to its centre; return whether there was still a step to take."""
        method = self._method
        if self._done:
            return False
        if not self._barrier:
            self._begin()
        response = method.response()
        away = self._away(response)
        fall = self._choose(away)
        self._done = self._waited > WAITS or (away < CLOSE and self._gap < self._end)
        if self._done:
            return False
        if self._fell:
            self._before, self._stiff = response, 1.0
        else:
            response = response + SMOOTH * self._before
            self._stiff = max(1.0, self._stiff / 2)
        self._barrier *= fall
        self._move(response)
        return True

    def retreat(self) -> bool:
        """Go back to a higher barrier and stay there until rows hold; return whether there is a path to go back on."""
        if self._done or not self._barrier:
            return False
        method = self._method
        if not self._back:
            self._back, self._stiff = True, 1.0
            self._barrier *= RETREAT if RETREAT * self._gap < BACK else 1.0
            self._centre("recentre", method.joint)
        self._move(method.response())
        return True

    @property
    def _gap(self) -> float:
        method = self._method
        return 2 * method.columns * self._barrier / max(1.0, abs(method.objective))

    def _begin(self) -> None:
        """Stand at the centre of the barrier that is the mean of all products."""
        method = self._method
        method.response()
        self._barrier = sum(answer[0] for answer in method.ask("ahead")) / (2 * method.columns)
        self._before = np.zeros_like(method.response())
        self._centre("recentre", method.joint)

    def _away(self, response: FloatArray) -> float:
        """Return the square of the distance from the path: what is left of joint rows, by what would take it away."""
        method = self._method
        left, system = method.left, method.balance.factor(response, method.joint.weight)
        away = left @ cho_solve(system, left, check_finite=False)
        return float(away / (self._barrier * method.form.areas))

    def _choose(self, away: float) -> float:
        """Return what the barrier is to fall to, of what it is; 1 where it has to wait."""
        if self._fell and away < NEAR:
            self._fall = max(LEAST_FALL, self._fall * FASTER)
        elif self._fell and away > FAR:
            self._fall = min(MOST_FALL, self._fall**SLOWER)
        self._fell = away < FAR and self._gap > self._end
        self._waited = 0 if self._fell else self._waited + 1
        return self._fall if self._fell else 1.0

    def _move(self, response: FloatArray) -> None:
        """Move joint prices to where rows would hold; by less, where areas respond by much more than expected."""
        method, start = self._method, self._method.joint
        right = method.form.joint.right
        wanted = right - method.passed + method.pull("aim_at", self._barrier)
        for trial in range(TRIALS):
            stiff = self._stiff * response
            joint = method.balance.solve(stiff, wanted, start, self._barrier, HOLDS)
            move = joint.y - start.y
            if trial:
                self._centre("recentre", joint)
            else:
                self._centre("follow", joint, method.own(move))
            more = float((wanted + method.passed - right) @ move / (move @ stiff @ move))
            if not more > STIFF:
                break
            self._stiff *= more

    def _centre(self, order: str, joint: Joint, *told: FloatArray) -> None:
        method = self._method
        method.stand(method.ask(order, self._barrier, *told, method.own(joint.y)), joint)

    def state(self) -> tuple[FloatArray, dict[str, Any]]:
        """Return what has to be kept to go on from here: the response from before, and figures."""
        return self._before, {name: getattr(self, name) for name in STATE}

    def restore(self, before: FloatArray, figures: dict[str, Any]) -> None:
        """Go on from what was kept."""
        self._before = before
        for name in STATE:
            setattr(self, name, figures[name])
