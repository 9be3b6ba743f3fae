"""A run: an experiment with memory. It makes steps and obeys edits (engine/obeying.py says how); it
knows nothing of lines.

The session (engine/session.py) owns time: which line, which step, what to remember. This is the
thing that is at a step.
"""

from __future__ import annotations

from engine.data import Dataset, Prepared, prepare
from engine.edits import Edit
from engine.errors import Unknown
from engine.experiment import PURPOSES, Experiment
from engine.keyframes import State
from engine.learners import Row, Setting, Stepper
from engine.memory.arena import Arena, Array
from engine.net import Net, Site
from engine.obeying import act
from engine.outline import outline
from engine.reading import Reading
from engine.transplant import copies
from engine.undoing import Memory, bounded, changed, has_namesake, is_there


class Run:
    """An experiment in memory: net, θ, buffers, stepper, and what edits did to it."""

    def __init__(self, experiment: Experiment) -> None:
        self.silenced: dict[str, tuple[int, ...]] = {}
        self.frozen: frozenset[str] = frozenset()
        self.memory: tuple[Memory, ...] = ()
        self._prepared: Prepared | None = None
        self.build(experiment, experiment.data)
        begin(experiment, self.net, self.theta, self.buffers)

    # --- making ------------------------------------------------------------------------------

    def build(self, experiment: Experiment, data: Dataset) -> None:
        """Memory for the experiment: a net, arenas of zeros, a stepper."""
        outline(experiment)
        self.experiment = experiment
        self.net = Net(experiment.layers, experiment.input_shape)
        self.theta, self.buffers = self.net.theta(), self.net.buffers()
        self.in_use, self.waiting = data, data != experiment.data
        self._begin()

    def _begin(self) -> None:
        e = self.experiment
        seeds = {purpose: e.seed_of(purpose) for purpose in PURPOSES}
        setting = Setting(
            self.net, self.theta, self.buffers, e.training.loss, self.prepared, seeds,
            self.silenced, self.frozen,
        )  # fmt: skip
        self.stepper: Stepper = e.training.learner.begin(setting)
        self._forget()

    def again(self) -> None:
        """A new stepper over the same arrays, going on where the old one stood."""
        old = self.stepper
        self._begin()
        state = old.state()
        if old.slots.keys() == self.stepper.slots.keys():
            for name, slot in self.stepper.slots.items():
                slot[:] = old.slots[name]
        elif "updates" in state:  # another optimizer starts fresh, though one name may be alike
            state["updates"] = 0
        self.stepper.resume(old.made, state)

    @property
    def prepared(self) -> Prepared:
        """The data in use, as the net gets them."""
        e = self.experiment
        plane = e.model.input
        if self._prepared is None or self._prepared.data != self.in_use:
            features = getattr(plane, "features", None)
            self._prepared = prepare(self.in_use, features, e.seed_of("data"))
        return self._prepared

    # --- stepping ----------------------------------------------------------------------------

    def steps(self, most: int) -> list[Row]:
        """Up to `most` steps, as the stepper's; other data that wait for it come in at an epoch's
        border."""
        rows: list[Row] = []
        while self.waiting and len(rows) < most:
            s = self.stepper
            if s.position >= s.end:
                self.in_use, self.waiting = self.experiment.data, False
                s.use(self.prepared)
                self._forget()
            elif not s.step():
                return rows
            else:
                rows.append(s.now)
        return rows + self.stepper.steps(most - len(rows))

    # --- states ------------------------------------------------------------------------------

    def state(self, step: int, applied: int) -> State:
        """A copy of everything the next step follows from."""
        s = self.stepper
        return State(
            step, applied, self.experiment, self.theta.vector.copy(), self.buffers.vector.copy(),
            copies(s.slots), s.state(), self.in_use, dict(self.silenced), self.frozen, self.memory,
        )  # fmt: skip

    def restore(self, state: State) -> None:
        """Become what a state says."""
        self.silenced, self.frozen = dict(state.silenced), state.frozen
        self.memory = state.memory
        self.build(state.experiment, state.data)
        self.theta.vector[:] = state.theta
        self.buffers.vector[:] = state.buffers
        for name, slot in state.slots.items():
            self.stepper.slots[name][:] = slot
        self.stepper.resume(state.step, state.learner)

    # --- edits -------------------------------------------------------------------------------

    def edit(self, edit: Edit, number: int) -> None:
        """Let an edit act now. number: its place in the line's list, which addresses its chance.

        Raises `Invalid`, `Unknown` or `NotNow`, and has then changed nothing.
        """
        memory = act(self, edit, number)
        self.memory = bounded((*self.memory, memory))
        self._forget()

    @property
    def past(self) -> set[int]:
        """Numbers of the edits that cannot be taken back now: what they take is not kept, what they
        changed is gone, or its name is another's."""
        since, made = changed(self.memory, 0), set()
        for number, memory in enumerate(self.memory):
            while since and since[0][0] <= number:
                del since[0]
            if not is_there(memory, since) or has_namesake(memory, self.net.by_path):
                made.add(number)
        return made

    def vectors(self) -> dict[str, dict[str, Array]]:
        """Every vector like θ, and the statistics, as arrays by dotted name."""
        net = self.net
        made = {"theta": net.arrays(self.theta)}
        both = net.arrays(self.theta, self.buffers)
        made["buffers"] = {name: a for name, a in both.items() if name not in made["theta"]}
        for name, vector in self.stepper.slots.items():
            slot = Arena.over(net.theta_plan, vector)
            made[name] = net.arrays(slot)
        return made

    def site(self, path: str) -> Site:
        """The layer at a path, with its shapes. Raises `Unknown`."""
        if path not in self.net.by_path:
            raise Unknown(
                f"There is no layer “{path[:60]}”.", pointer="/layer", known=self.net.by_path
            )
        return self.net.by_path[path]

    def _forget(self) -> None:
        """Whatever was read was of another net, other data or other lesions."""
        self.reading = Reading(self.stepper, self.prepared)

    @property
    def arrays(self) -> dict[str, Array]:
        """Every array of the net by its dotted name, as views in PyTorch's shapes."""
        return self.net.arrays(self.theta, self.buffers)


def begin(experiment: Experiment, net: Net, theta: Arena, buffers: Arena) -> None:
    """Fill θ and buffers with what an experiment starts from: drawn; the perceptron from 0."""
    net.initialize(theta, buffers, experiment.seed_of("init"))
    if experiment.training.learner.kind == "perceptron":
        theta.vector.fill(0.0)
