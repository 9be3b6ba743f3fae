"""Probes: questions asked of a session that change nothing. The core never imports them."""

from engine.probes.activations import Activations
from engine.probes.base import Answer, Probe, read_probe, visible
from engine.probes.calibration import Calibration
from engine.probes.curvature import Curvature
from engine.probes.examples import Example, Points, Scores
from engine.probes.filtered import Filtered
from engine.probes.future import Future
from engine.probes.kept import Drift, Spread
from engine.probes.maps import Features, Filters
from engine.probes.norms import Normalization
from engine.probes.parameters import Parameters, Trace
from engine.probes.passage import Passage
from engine.probes.pictures import Confusion, Mistakes, Patches
from engine.probes.plane import Boundary, Inputs, Neurons
from engine.probes.receptive import Receptive
from engine.probes.recorded import Gradients, Masks
from engine.probes.rests import Rests
from engine.probes.updates import Updates
from engine.probes.valley import Valley
from engine.probes.window import WindowOf

__all__ = [
    "Activations",
    "Answer",
    "Boundary",
    "Calibration",
    "Confusion",
    "Curvature",
    "Drift",
    "Example",
    "Features",
    "Filtered",
    "Filters",
    "Future",
    "Gradients",
    "Inputs",
    "Masks",
    "Mistakes",
    "Neurons",
    "Normalization",
    "Parameters",
    "Passage",
    "Patches",
    "Points",
    "Probe",
    "Receptive",
    "Rests",
    "Scores",
    "Spread",
    "Trace",
    "Updates",
    "Valley",
    "WindowOf",
    "read_probe",
    "visible",
]
