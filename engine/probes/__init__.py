"""Probes: questions asked of a session that change nothing. The core never imports them."""

from engine.probes.base import Answer, Probe, read_probe, visible
from engine.probes.examples import Example, Points, Scores
from engine.probes.maps import Features, Filters
from engine.probes.norms import Normalization
from engine.probes.parameters import Parameters, Trace
from engine.probes.pictures import Confusion, Mistakes, Patches
from engine.probes.plane import Boundary, Inputs, Neurons
from engine.probes.receptive import Receptive
from engine.probes.recorded import Gradients, Masks
from engine.probes.window import WindowOf

__all__ = [
    "Answer",
    "Boundary",
    "Confusion",
    "Example",
    "Features",
    "Filters",
    "Gradients",
    "Inputs",
    "Masks",
    "Mistakes",
    "Neurons",
    "Normalization",
    "Parameters",
    "Patches",
    "Points",
    "Probe",
    "Receptive",
    "Scores",
    "Trace",
    "WindowOf",
    "read_probe",
    "visible",
]
