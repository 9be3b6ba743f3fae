"""Probes: questions asked of a session that change nothing. The core never imports them."""

from engine.probes.base import Answer, Probe, read_probe, visible
from engine.probes.examples import Example, Points, Scores
from engine.probes.parameters import Parameters, Trace
from engine.probes.plane import Boundary, Inputs, Neurons
from engine.probes.recorded import Gradients, Masks

__all__ = [
    "Answer",
    "Boundary",
    "Example",
    "Gradients",
    "Inputs",
    "Masks",
    "Neurons",
    "Parameters",
    "Points",
    "Probe",
    "Scores",
    "Trace",
    "read_probe",
    "visible",
]
