"""What came out of one case."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Finding"]


@dataclass(frozen=True)
class Finding:
    """The outcome of a case, small enough to travel.

    Members
    -------
    outcome : ``"passed"``, ``"differs"`` or ``"error"``: nothing can be said of the device
    compared : transactions compared with the model
    cycles : clock cycles of the device
    rate : transactions per CPU-second of the bench
    coverage : points reached, in percent of those that can be reached
    unreached : names of those that were not
    seconds : wall time of the case
    worker : the process that ran it
    message : the difference, shrunk; or the error
    replay : the command that shows it again, or empty
    """

    outcome: str
    compared: int = 0
    cycles: int = 0
    rate: float | None = None
    coverage: float | None = None
    unreached: tuple[str, ...] = ()
    seconds: float = 0.0
    worker: str = ""
    message: str = ""
    replay: str = ""
