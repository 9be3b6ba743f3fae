"""What can be asked of a session in time: one class per command, told apart by `kind`.

Over REST each has a route of its own (`POST /api/sessions/{id}/step`); on the socket all travel in
`command`. A command without a handler or without a place in the docs fails a test.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import Field, model_validator

from app.schemas.base import Envelope, by_tag

Count: TypeAlias = Annotated[int, Field(ge=1, le=1_000_000_000)]
StepNumber: TypeAlias = Annotated[int, Field(ge=0, le=1_000_000_000)]


class Step(Envelope):
    """Train a number of steps, or to the n-th epoch border from here, then pause.

    More than ten seconds of predicted work is refused: take `run`.
    """

    kind: Literal["step"] = "step"
    steps: Annotated[Count | None, Field(description="steps to make; 1 if nothing is said")] = None
    epochs: Annotated[Count | None, Field(description="epoch borders to pass instead")] = None

    @model_validator(mode="after")
    def _one(self) -> Step:
        if self.steps is not None and self.epochs is not None:
            raise ValueError("either steps or epochs, not both")
        return self


class Run(Envelope):
    """Train until paused, or until the first of these is reached. Answers at once.

    What ended it stands in `finished`. Test metrics count at the steps where they are evaluated
    anyway (a power of two apart), so that the same run stops at the same step.
    """

    kind: Literal["run"] = "run"
    pace: Annotated[
        Annotated[float, Field(gt=0, le=1e6)] | Literal["max"],
        Field(description="steps per second, or max"),
    ] = "max"
    until_step: Annotated[StepNumber | None, Field(description="finish at this step")] = None
    until_loss: Annotated[
        float | None, Field(description="finish when the loss of a step is at most this")
    ] = None
    until_epoch: Annotated[
        Count | None, Field(description="finish when so many epochs are complete")
    ] = None
    until_test_loss: Annotated[
        float | None, Field(description="finish when the loss of the test points is at most this")
    ] = None
    until_accuracy: Annotated[
        float | None,
        Field(gt=0, le=1, description="finish when this share of the test points is right"),
    ] = None
    until_idle: Annotated[
        Count | None,
        Field(description="finish after so many steps without a test loss 0.1 % below the best"),
    ] = None


class Pause(Envelope):
    """Stop where it is; a `step` or a long `seek` under way ends early."""

    kind: Literal["pause"] = "pause"


class Reset(Envelope):
    """Begin again at step 0 on a new line; knobs stay as they stand."""

    kind: Literal["reset"] = "reset"


class Seek(Envelope):
    """Go to any step of any line that was already trained; exact to the bit.

    A long way is replayed in slices, during which `state` is `running` and `seeking` is the step it
    goes to; a newer `seek`, a `pause` or a `reset` ends it where it is.
    """

    kind: Literal["seek"] = "seek"
    step: StepNumber
    line: Annotated[int | None, Field(ge=0, description="the present line if nothing is said")] = (
        None
    )


class Fork(Envelope):
    """Make another session that stands at the same step."""

    kind: Literal["fork"] = "fork"


class Edit(Envelope):
    """Change the experiment while it trains: knobs, structure, single weights."""

    kind: Literal["edit"] = "edit"
    edits: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=64)]


class Restart(Envelope):
    """Bring a lost session back in a new worker, from its experiment, to where it stood."""

    kind: Literal["restart"] = "restart"


Command: TypeAlias = Annotated[
    Step | Run | Pause | Reset | Seek | Fork | Edit | Restart, Field(discriminator="kind")
]
COMMANDS: Final = by_tag((Step, Run, Pause, Reset, Seek, Fork, Edit, Restart), "kind")
