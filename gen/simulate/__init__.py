"""One simulation of a unit: a reference that knows, a device that answers, a comparison."""

from gen.simulate.compare import Order, Result, compare
from gen.simulate.device import Device
from gen.simulate.reference import Reference, Sample
from gen.simulate.replay import Replay, explained

__all__ = ["Device", "Order", "Reference", "Replay", "Result", "Sample", "compare", "explained"]
