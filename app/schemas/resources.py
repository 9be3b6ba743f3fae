"""What REST takes and gives, as the API's documentation shows it."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.schemas.base import Envelope

State: TypeAlias = Literal["paused", "running", "diverged", "finished", "lost"]
Shape: TypeAlias = list[int]


class Given(BaseModel):
    """Base of answers: made by workers and passed on, so nothing is checked on the way out."""

    model_config = ConfigDict(extra="forbid")


class NewSession(Envelope):
    """`POST /api/sessions`: an experiment to bring to life."""

    experiment: dict[str, Any]


class Check(Envelope):
    """`POST /api/experiments/check`: an experiment, or the text of a link after `#e=`."""

    experiment: dict[str, Any] | None = None
    link: Annotated[str | None, Field(max_length=8192)] = None

    @model_validator(mode="after")
    def _one(self) -> Check:
        if (self.experiment is None) == (self.link is None):
            raise ValueError("either experiment or link")
        return self


class Inputs(Envelope):
    """`POST …/predict`: raw inputs, one row per example, in the data's own columns; of pictures
    channels × height × width each (or height × width, where they are grey), 0 … 255. Or one
    `drawing`, height × width or × 3 for colours, that is prepared as the data's pictures are."""

    inputs: Annotated[list[list[Any]] | None, Field(min_length=1, max_length=10_000)] = None
    drawing: Annotated[list[list[Any]] | None, Field(min_length=1, max_length=1024)] = None

    @model_validator(mode="after")
    def _one(self) -> Inputs:
        if (self.inputs is None) == (self.drawing is None):
            raise ValueError("either inputs or a drawing")
        return self


class Layer(Given):
    """One layer after shapes are known; `shape` of its output without the batch."""

    name: str
    kind: str
    shape: Shape
    parameters: int
    multiply_adds: int


class Cost(Given):
    """Memory of all arrays, what of it other sessions on the same pictures share, and multiply-adds
    of one training step."""

    bytes: int
    shared_bytes: int
    multiply_adds: int


class Divergence(Given):
    """Why training stopped: at which step which array stopped being finite, and which knob."""

    step: int
    array: str
    knob: str | None
    value: float | None
    sentence: str


class Finished(Given):
    """Which `until_…` ended a run: its name (without “until_”), what was asked for, and what is."""

    until: Literal["step", "loss", "epoch", "test_loss", "accuracy", "idle"]
    goal: float
    value: float
    sentence: str


class Checked(Given):
    """`POST /api/experiments/check`: what an experiment means, without running it."""

    experiment: dict[str, Any]
    id: str
    link: str
    layers: list[Layer]
    parameters: int
    cost: Cost


class Answer(Given):
    """What a command answers; test metrics are evaluated at this step. `exact` is false where it
    began as a checkpoint of a machine that computes otherwise."""

    id: str
    line: int
    step: int
    head: int
    epoch: float
    state: State
    finished: Finished | None
    metrics: dict[str, Any]
    exact: bool


class Created(Given):
    """A new session. Keep `token`: bound wider than loopback, every call on it needs it."""

    id: str
    token: str
    read_token: str
    line: int
    step: int
    exact: bool
    parameters: int
    layers: list[Layer]
    cost: Cost
    experiment: dict[str, Any]
    now: dict[str, Any]


class Line(Given):
    """One line of time; `head` is the furthest step that was trained on it. Its edits are the first
    `inherited` ones of its parent's, and then `edits`: each is told once."""

    line: int
    parent: int | None
    at: int
    head: int
    inherited: int
    edits: list[dict[str, Any]]


class Described(Answer):
    """`GET /api/sessions/{id}`: everything about a session but its arrays.

    `experiment` is what its line began as, with the edits since: made a session, it comes here in
    as many steps. `now` is the same as it stands, with no edits: what `reset` starts.
    """

    experiment: dict[str, Any]
    now: dict[str, Any]
    parameters: int
    layers: list[Layer]
    cost: Cost
    lines: list[Line]
    undoable: list[int]
    divergence: Divergence | None
    steps_per_second: float | None
    pace: float | Literal["max"] | None
    seeking: int | None
    incarnation: int


class Lost(Given):
    """A session whose worker is gone: its experiment is kept, `restart` brings it to `step`."""

    id: str
    state: Literal["lost"]
    experiment: dict[str, Any]
    step: int


class Points(Given):
    """`GET …/history`: the points that cover (since, head] of a line, as columns."""

    line: int
    since: int
    head: int
    columns: dict[str, list[Any]]


class Predicted(Given):
    """`POST …/predict`: the raw last layer, and probabilities where the loss has them; of a drawing
    also the `picture` that the net got, channels × height × width."""

    step: int
    outputs: list[list[float | None]]
    probabilities: list[list[float | None]] | None
    picture: list[list[list[int]]] | None = None


class Named(Given):
    """An array in a probe's JSON answer; null stands where a number is not finite."""

    shape: Shape
    dtype: str
    values: Any


class Probed(Given):
    """A probe's answer as JSON; as safetensors or npz it has the same names."""

    probe: str
    line: int
    step: int
    info: dict[str, Any]
    arrays: dict[str, Named]


class Problem(Given):
    """RFC 9457. `detail` is a sentence for a student; `pointer` the field at fault."""

    type: str
    title: str
    status: int
    detail: str
    pointer: str | None
    limit: float | None
    known: list[str] | None
    request_id: str | None
