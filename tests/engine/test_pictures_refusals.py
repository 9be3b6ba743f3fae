"""What does not fit is refused in a sentence, with the arithmetic and the field it is about."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from workbench import experiment

from engine.errors import Invalid
from engine.layers import (
    BatchNorm,
    ChannelPool,
    Conv2d,
    Dense,
    Dropout2d,
    Flatten,
    GlobalMeanPool,
    GroupNorm,
    InstanceNorm,
    Layer,
    LayerNorm,
    Local2d,
    MaxPool2d,
    MeanPool2d,
    Parallel,
    ReLU,
    Residual,
    Tanh,
    Upsample,
)
from engine.net import Net
from engine.spec import read


def _refused(make: Callable[[], object], sentence: str, pointer: str) -> None:
    with pytest.raises(Invalid) as caught:
        make()
    assert caught.value.detail == sentence
    assert caught.value.pointer == pointer


@pytest.mark.parametrize(
    "layer, x, sentence",
    [
        (
            Conv2d(name="conv2", channels=3, kernel=7),
            (1, 5, 5),
            "conv2: 5×5 input, kernel 7, padding 0 → −1×−1: the kernel does not fit.",
        ),
        (
            Conv2d(name="conv2", channels=3, kernel=(7, 3), stride=2, dilation=2, padding=1),
            (1, 5, 9),
            "conv2: 5×9 input, kernel 7×3, dilation 2, stride 2, padding 1 → −2×4: the kernel does "
            "not fit.",
        ),
        (
            Conv2d(name="conv2", channels=3, kernel=(2, 4), padding=(0, 1)),
            (1, 1, 9),
            "conv2: 1×9 input, kernel 2×4, padding 0×1 → 0×8: the kernel does not fit.",
        ),
        (
            Local2d(name="local1", channels=3, kernel=9),
            (3, 4, 6),
            "local1: 4×6 input, kernel 9, padding 0 → −4×−2: the kernel does not fit.",
        ),
        (
            MaxPool2d(name="pool1", window=5, stride=1),
            (3, 4, 4),
            "pool1: 4×4 input, window 5, padding 0 → 0×0: the window does not fit.",
        ),
        (
            MeanPool2d(name="pool1", window=(2, 6), stride=1, padding=(1, 0)),
            (3, 4, 4),
            "pool1: 4×4 input, window 2×6, padding 1×0 → 5×−1: the window does not fit.",
        ),
    ],
)
def test_a_window_that_does_not_fit_is_refused_with_the_arithmetic(
    layer: Layer, x: tuple[int, ...], sentence: str
) -> None:
    field = "/window" if "window" in sentence else "/kernel"
    _refused(lambda: layer.shape(x), sentence, field)


def test_the_arithmetic_is_that_of_what_just_fits() -> None:
    assert Conv2d(channels=3, kernel=5).shape((1, 5, 5)) == (3, 1, 1)
    assert Conv2d(channels=3, kernel=7, padding=1).shape((1, 5, 5)) == (3, 1, 1)
    assert MaxPool2d(window=5).shape((1, 5, 5)) == (1, 1, 1)


def test_padding_same_needs_a_stride_of_one() -> None:
    _refused(
        lambda: Conv2d(name="conv1", channels=3, stride=(1, 2), padding="same").shape((1, 5, 5)),
        "conv1: padding “same” keeps the size, which a stride of 1×2 cannot; give the padding in "
        "numbers.",
        "/padding",
    )


@pytest.mark.parametrize(
    "channels, inputs, sentence",
    [
        (4, 3, "conv1: 2 groups do not divide the 3 channels that come in."),
        (3, 4, "conv1: 2 groups do not divide the 3 channels that go out."),
        (
            5,
            3,
            "conv1: 2 groups divide neither the 3 channels that come in nor the 5 that go out "
            "evenly.",
        ),
    ],
)
def test_groups_that_do_not_divide_the_channels(channels: int, inputs: int, sentence: str) -> None:
    layer = Conv2d(name="conv1", channels=channels, groups=2)
    _refused(lambda: layer.shape((inputs, 5, 5)), sentence, "/groups")


def test_groups_of_a_norm_and_a_pool_divide_the_channels() -> None:
    _refused(
        lambda: GroupNorm(name="norm1", groups=3).shape((4, 2, 2)),
        "norm1: 3 groups do not divide the 4 channels that come in.",
        "/groups",
    )
    _refused(
        lambda: ChannelPool(name="pool1", window=3).shape((4, 2, 2)),
        "pool1: a window of 3 channels does not divide the 4 that come in.",
        "/window",
    )


def test_the_padding_of_a_pool_is_at_most_half_its_window() -> None:
    sentence = "The padding is at most half the window: "
    _refused(lambda: MaxPool2d(window=3, padding=2), sentence + "1.", "/padding")
    _refused(lambda: MeanPool2d(window=(3, 5), padding=(1, 3)), sentence + "1×2.", "/padding")
    assert MaxPool2d(window=(3, 4), padding=(1, 2)).shape((1, 3, 4)) == (1, 1, 2)


@pytest.mark.parametrize(
    "layer",
    [
        Conv2d(name="it", channels=3), Local2d(name="it", channels=3), MaxPool2d(name="it"),
        MeanPool2d(name="it"), GlobalMeanPool(name="it"), ChannelPool(name="it"),
        Flatten(name="it"), Upsample(name="it"), Dropout2d(name="it"), GroupNorm(name="it"),
        InstanceNorm(name="it"),
    ],
    ids=lambda layer: layer.kind,
)  # fmt: skip
def test_a_layer_of_pictures_takes_no_vector(layer: Layer) -> None:
    _refused(
        lambda: Net((layer,), (7,)),
        "it: takes pictures (channels × height × width), but a vector of 7 numbers comes in.",
        "",
    )


def test_a_dense_layer_takes_no_picture_and_says_what_to_put_before() -> None:
    conv, head = Conv2d(name="conv1", channels=3), Dense(name="head", units=2)
    _refused(
        lambda: Net((conv, head), (1, 6, 7)),
        "head: takes a vector, but an image 3×4×5 comes in; put a flatten layer before it.",
        "",
    )
    assert Net((conv, Flatten(name="flat1"), head), (1, 6, 7)).outputs == 2


def test_norms_over_a_batch_or_a_layer_take_both() -> None:
    for layer in (BatchNorm(), LayerNorm(), Tanh()):
        assert layer.shape((7,)) == (7,)
        assert layer.shape((3, 4, 5)) == (3, 4, 5)


@pytest.mark.parametrize(
    "body, shapes",
    [
        (Conv2d(name="a", channels=3), ("3×3×3", "3×5×5")),
        (Conv2d(name="a", channels=4, padding="same"), ("4×5×5", "3×5×5")),
        (Flatten(name="a"), ("75", "3×5×5")),
    ],
)
def test_a_residual_block_says_both_shapes(body: Layer, shapes: tuple[str, str]) -> None:
    _refused(
        lambda: Residual(name="block1", body=(body,)).shape((3, 5, 5)),
        f"block1: the body gives {shapes[0]}, the shortcut {shapes[1]}; a sum needs equal shapes, "
        "so put a layer into the shortcut that brings it there (dense; of pictures a conv2d with "
        "kernel 1), or change the body.",
        "",
    )


@pytest.mark.parametrize("branch, gives", [(Conv2d(name="a", channels=4), "4×3×3"),
                                           (Flatten(name="a"), "75")])  # fmt: skip
def test_branches_stand_beside_each_other_only_at_one_size(branch: Layer, gives: str) -> None:
    _refused(
        lambda: Parallel(name="block1", branches=((branch,), ())).shape((3, 5, 5)),
        f"block1: the branches give {gives}, 3×5×5; beside each other they need maps of one size.",
        "/branches",
    )


def test_a_refusal_inside_a_block_points_to_the_layer_inside() -> None:
    small, large = Conv2d(name="a", channels=3), Conv2d(name="b", channels=3, kernel=9)
    sentence = "b: 4×4 input, kernel 9, padding 0 → −4×−4: the kernel does not fit."
    for block, pointer in (
        (Residual(body=(small, large)), "/body/1/kernel"),
        (Residual(body=(small,), shortcut=(small, large)), "/shortcut/1/kernel"),
        (Parallel(branches=((small,), (small, large))), "/branches/1/1/kernel"),
        (Parallel(branches=((Residual(body=(small, large)),),)), "/branches/0/0/body/1/kernel"),
    ):
        _refused(lambda block=block: block.shape((3, 6, 6)), sentence, pointer)


def test_an_experiment_adds_where_the_layer_stands() -> None:
    block = {"kind": "residual", "body": [{"kind": "conv2d", "channels": 1, "kernel": 9}]}
    _refused(
        lambda: experiment(
            model={"input": {"kind": "image"}, "layers": [{"kind": "relu"}, block]},
            data={"kind": "digits8"},
            loss={"kind": "softmax_cross_entropy"},
        ),
        "conv1: 8×8 input, kernel 9, padding 0 → 0×0: the kernel does not fit.",
        "/model/layers/1/body/0/kernel",
    )


@pytest.mark.parametrize(
    "behind, shown, advice",
    [
        ([], "4×6×6", "put a flatten and a dense layer behind it"),
        ([{"kind": "flatten"}], "144", "put a dense layer behind it"),
        (
            [{"kind": "flatten"}, {"kind": "dense", "units": 7}],
            "7",
            "let the last dense layer have “units”: null",
        ),
    ],
)
def test_a_net_that_ends_elsewhere_is_told_what_to_put_behind(
    behind: list[dict[str, object]], shown: str, advice: str
) -> None:
    layers = [{"kind": "conv2d", "channels": 4}, *behind]
    _refused(
        lambda: experiment(
            model={"input": {"kind": "image"}, "layers": layers},
            data={"kind": "digits8"},
            loss={"kind": "softmax_cross_entropy"},
        ),
        f"The net ends in {shown} outputs, but this loss on these data needs 10: {advice}.",
        f"/model/layers/{len(behind)}",
    )


def test_a_block_needs_something_inside() -> None:
    _refused(
        lambda: Residual(body=()),
        "A residual block needs at least one layer in its body.",
        "/body",
    )
    _refused(
        lambda: Parallel(branches=()), "A parallel block needs at least one branch.", "/branches"
    )


def test_no_layer_of_a_body_is_named_as_the_short_way() -> None:
    """Else two layers would have one path, and share their weights unseen."""
    inner = Residual(name="shortcut", body=(Dense(units=3, name="same"),))
    _refused(
        lambda: Residual(body=(inner,), shortcut=(Dense(units=3, name="same"),)),
        "In the body of a residual block no layer can be named “shortcut”.",
        "/body/0/name",
    )


def test_blocks_hold_no_more_layers_than_nets_do() -> None:
    """The names of thousands in one chain would take the server half a minute to give."""
    _refused(
        lambda: Residual(body=(ReLU(),) * 65), "“body” has at most 64 entries, not 65.", "/body"
    )
    block = {"kind": "residual", "body": [{"kind": "relu"}] * 64}
    experiment(*[block] * 3, {"kind": "dense"})
    _refused(
        lambda: experiment(*[block] * 4, {"kind": "dense"}),
        "A net has at most 256 layers, those inside blocks included.",
        "/model/layers",
    )


@pytest.mark.parametrize(
    "given, sentence, pointer",
    [
        ({"channels": 0}, "“channels” is at least 1, not 0.", "/channels"),
        ({"kernel": [3, 33]}, "“kernel” is at most 32, not 33.", "/kernel/1"),
        ({"kernel": [3]}, "“kernel” has 2 entries, not 1.", "/kernel"),
        ({"kernel": 2.5}, "“kernel” is a whole number, not 2.5.", "/kernel"),
        ({"stride": 0}, "“stride” is at least 1, not 0.", "/stride"),
        ({"dilation": [1, 0]}, "“dilation” is at least 1, not 0.", "/dilation/1"),
        ({"padding": [33, 0]}, "“padding” is at most 32, not 33.", "/padding/0"),
    ],
)
def test_numbers_out_of_range_are_refused_by_name(
    given: dict[str, object], sentence: str, pointer: str
) -> None:
    document = {"kind": "conv2d", "channels": 3, **given}
    _refused(lambda: read(Layer, document), sentence, pointer)
