"""Sessions over REST, against the real server: what a script does."""

from __future__ import annotations

import csv
import io
import json
import random
from typing import Any

import httpx
import numpy as np
import pytest
import safetensors.numpy
from served import Server, begin, default

from app.schemas import resources
from engine.checkpoint import _digest
from engine.experiment import Experiment
from engine.probes import read_probe
from engine.session import Session
from engine.tensors import decode, encode


def post(client: httpx.Client, session: dict[str, Any], what: str, **body: Any) -> httpx.Response:
    return client.post(f"/api/sessions/{session['id']}/{what}", json=body)


def told(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def theta(client: httpx.Client, session: dict[str, Any]) -> dict[str, Any]:
    answer = client.get(
        f"/api/sessions/{session['id']}/probes/parameters",
        headers={"accept": "application/x-safetensors"},
    )
    return dict(safetensors.numpy.load(answer.content))


def test_a_new_session_tells_all_that_contract_14_says(client: httpx.Client) -> None:
    made = begin(client)
    resources.Created.model_validate(made)
    assert (made["line"], made["step"], made["parameters"]) == (0, 0, 37)
    assert [layer["name"] for layer in made["layers"]][-1] == "head"
    assert made["experiment"] == Experiment.from_json(default()).to_json()
    assert len({made["id"], made["token"], made["read_token"]}) == 3


def test_the_server_gives_the_engines_numbers_to_the_bit(client: httpx.Client) -> None:
    made = begin(client)
    answer = told(post(client, made, "step", steps=120))
    resources.Answer.model_validate(answer)
    session = Session(Experiment.from_json(default()))
    session.advance(120)
    assert answer["metrics"] == json.loads(json.dumps(session.metrics()))
    arrays = session.probe(read_probe("parameters", {})).arrays
    for name, array in theta(client, made).items():
        np.testing.assert_array_equal(array, arrays[name.removeprefix("parameters.")])


def test_epochs_and_plain_steps(client: httpx.Client) -> None:
    made = begin(client)
    assert told(post(client, made, "step"))["step"] == 1
    assert told(post(client, made, "step", epochs=2))["epoch"] == pytest.approx(2.0)


def test_a_run_is_waited_for(client: httpx.Client) -> None:
    made = begin(client)
    assert told(post(client, made, "run", until_step=2000))["state"] in ("running", "finished")
    state = told(
        client.get(f"/api/sessions/{made['id']}", params={"wait_step": 2000, "timeout": 20})
    )
    resources.Described.model_validate(state)
    assert (state["step"], state["state"]) == (2000, "finished")


def test_waiting_ends_when_the_time_is_over(client: httpx.Client) -> None:
    made = begin(client)
    post(client, made, "run", pace=1)
    state = told(
        client.get(f"/api/sessions/{made['id']}", params={"wait_step": 10**6, "timeout": 0.05})
    )
    assert state["state"] == "running"
    assert told(post(client, made, "pause"))["state"] == "paused"


def test_seek_is_exact_to_the_bit(client: httpx.Client) -> None:
    made = begin(client)
    post(client, made, "step", steps=37)
    there = theta(client, made)
    post(client, made, "step", steps=200)
    assert told(post(client, made, "seek", step=37))["step"] == 37
    for name, array in theta(client, made).items():
        np.testing.assert_array_equal(array, there[name])
    refused = told(post(client, made, "seek", step=10_000), 422)
    assert (refused["pointer"], refused["limit"]) == ("/step", 237)


def test_an_edit_acts_and_reset_folds_it(client: httpx.Client) -> None:
    made = begin(client)
    post(client, made, "step", steps=10)
    edit = {"kind": "set", "path": "/training/learner/batch", "value": 20}
    answer = client.post(f"/api/sessions/{made['id']}/edit", json=[edit])
    assert told(answer)["step"] == 10
    state = told(client.get(f"/api/sessions/{made['id']}"))
    assert state["undoable"] == [0]
    assert state["now"]["training"]["learner"]["batch"] == 20
    assert state["now"]["edits"] == []
    assert [{"at": 10, **edit}] == [
        {key: told[key] for key in ("at", *edit)} for told in state["experiment"]["edits"]
    ]
    told(post(client, made, "edit", edits=[{"kind": "undo", "edit": 0}]))
    assert told(post(client, made, "reset"))["line"] == 1


def test_an_edit_that_needs_a_reset_is_a_409_with_the_reason(client: httpx.Client) -> None:
    made = begin(client)
    edit = {"kind": "set", "path": "/seed", "value": 9}
    answer = told(client.post(f"/api/sessions/{made['id']}/edit", json=[edit]), 409)
    assert "new start" in answer["detail"]
    assert answer["pointer"] == "/edits/0/path"


def test_r30_divergence_is_a_lesson_and_no_failure(client: httpx.Client, server: Server) -> None:
    """R30: no 500, no broken frame; it pauses at the last finite step and says why."""
    layers = [{"kind": "dense", "units": 8}, {"kind": "relu"}, {"kind": "dense"}]
    learner = {"kind": "descent", "optimizer": {"kind": "sgd", "learning_rate": 10.0}}
    made = begin(
        client,
        default(
            model={"input": {"kind": "plane"}, "layers": layers},
            training={"loss": {"kind": "squared_error"}, "learner": learner},
        ),
    )
    with server.page() as page:
        page.attach(made)
        page.send(type="subscribe", session=made["id"], probes={"boundary": {}, "parameters": {}})
        page.command(1, made, "run")
        state = page.event("state", state="diverged")
        assert state["divergence"]["step"] == state["step"] + 1
        assert "learning rate" in state["divergence"]["sentence"]
        page.send(type="credit", session=made["id"])
        frame = safetensors.numpy.load(page.frame())
        assert all(np.isfinite(array).all() for array in frame.values())
        problem = page.command(2, made, "step")
        assert problem["status"] == 409
        assert "go back" in problem["detail"].lower()
        for what in ("probes/parameters", "probes/scores", "history", "checkpoint", ""):
            answer = client.get(f"/api/sessions/{made['id']}/{what}".rstrip("/"))
            assert answer.status_code == 200
            assert b"NaN" not in answer.content
            assert b"Infinity" not in answer.content
        assert page.command(3, made, "seek", step=0)["state"] == "paused"
        edit = {"kind": "set", "path": "/training/learner/optimizer/learning_rate", "value": 0.01}
        page.command(4, made, "edit", edits=[edit])
        assert page.command(5, made, "step", steps=50)["state"] == "paused"


def test_a_fork_is_another_session_at_the_same_step(client: httpx.Client) -> None:
    made = begin(client)
    post(client, made, "step", steps=25)
    fork = told(post(client, made, "fork"), 201)
    resources.Created.model_validate(fork)
    assert fork["step"] == 25
    assert fork["id"] != made["id"]
    assert fork["token"] != made["token"]
    post(client, made, "step", steps=5)
    assert told(post(client, fork, "step", steps=5))["step"] == 30
    here, there = theta(client, made), theta(client, fork)
    assert all((here[name] == there[name]).all() for name in here)


def test_a_session_that_ended_is_gone(client: httpx.Client) -> None:
    made = begin(client)
    assert client.delete(f"/api/sessions/{made['id']}").status_code == 204
    assert told(client.get(f"/api/sessions/{made['id']}"), 404)["status"] == 404
    assert client.delete(f"/api/sessions/{made['id']}").status_code == 404


# --- checkpoints -----------------------------------------------------------------------------


def save(client: httpx.Client, session: dict[str, Any]) -> bytes:
    answer = client.get(f"/api/sessions/{session['id']}/checkpoint")
    assert answer.headers["content-type"] == "application/octet-stream"
    return answer.content


def load(client: httpx.Client, raw: bytes) -> httpx.Response:
    return client.post(
        "/api/sessions", content=raw, headers={"content-type": "application/octet-stream"}
    )


def test_a_checkpoint_comes_back_and_goes_on_to_the_bit(client: httpx.Client) -> None:
    made = begin(client)
    post(client, made, "step", steps=33)
    edit = {"kind": "set", "path": "/training/learner/optimizer/learning_rate", "value": 0.01}
    client.post(f"/api/sessions/{made['id']}/edit", json=[edit])
    post(client, made, "step", steps=10)
    back = told(load(client, save(client, made)), 201)
    assert (back["step"], back["line"]) == (43, 0)
    assert theta(client, back).keys() == theta(client, made).keys()
    for session in (made, back):
        told(post(client, session, "step", steps=20))
    here, there = theta(client, made), theta(client, back)
    assert all((here[name] == there[name]).all() for name in here)
    assert told(post(client, back, "seek", step=33))["step"] == 33


def test_torn_and_flipped_checkpoints_are_refused(client: httpx.Client) -> None:
    made = begin(client)
    post(client, made, "step", steps=5)
    whole, random_ = save(client, made), random.Random(4)
    broken = [whole[: random_.randrange(len(whole))] for _ in range(25)]
    for _ in range(25):
        flipped = bytearray(whole)
        at = random_.randrange(len(whole))
        flipped[at] ^= 1 << random_.randrange(8)
        broken.append(bytes(flipped))
    broken += [b"", b"\0" * 100, b"\xff" * 8 + whole[8:], b"PK\x03\x04" + whole, whole + b"\0"]
    for raw in broken:
        problem = told(load(client, raw), 422)
        assert len(problem["detail"]) > 10
    assert told(load(client, whole), 201)["step"] == 5


FORGED = {
    "a step far ahead": ("step", 10**9),
    "a line that is not there": ("line", 7),
    "no lines": ("lines", []),
    "a text for the state": ("state", "x"),
    "another form": ("format", 1),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_checkpoint_with_a_good_seal_and_bad_contents_is_refused(
    client: httpx.Client, name: str
) -> None:
    made = begin(client)
    post(client, made, "step", steps=5)
    arrays, metadata = decode(save(client, made))
    key, value = FORGED[name]
    text = metadata["tinkernet"]
    if key == "format":
        text = json.dumps({key: value})
    else:
        about = {**json.loads(arrays["about"].tobytes()), key: value}
        arrays["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    sealed = encode(arrays, {"tinkernet": text, "sha256": _digest(text, arrays)})
    assert told(load(client, sealed), 422)["detail"]


# --- questions -------------------------------------------------------------------------------


def test_a_probe_in_every_form_has_the_same_numbers(client: httpx.Client) -> None:
    made = begin(client)
    post(client, made, "step", steps=3)
    where, query = f"/api/sessions/{made['id']}/probes/boundary", {"resolution": 8}

    def get(kind: str) -> httpx.Response:
        answer = client.get(where, params=query, headers={"accept": kind})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == kind
        return answer

    plain = get("application/json").json()
    resources.Probed.model_validate(plain)
    assert plain["step"] == 3
    values = np.array(plain["arrays"]["outputs"]["values"], np.float32)
    assert values.shape == (1, 8, 8)
    tensors = safetensors.numpy.load(get("application/x-safetensors").content)
    np.testing.assert_array_equal(tensors["boundary.outputs"], values)
    with np.load(io.BytesIO(get("application/x-npz").content)) as archive:
        np.testing.assert_array_equal(archive["outputs"], values)
    assert get("image/png").content.startswith(b"\x89PNG")


def test_a_form_nobody_offers_is_406(client: httpx.Client) -> None:
    made = begin(client)
    where = f"/api/sessions/{made['id']}/probes/scores"
    assert told(client.get(where, headers={"accept": "video/mp4"}), 406)["status"] == 406
    assert told(client.get(where, headers={"accept": "image/png"}), 409)["status"] == 409
    browser = "text/html,application/xhtml+xml,image/avif,*/*;q=0.8"
    assert told(client.get(where, headers={"accept": browser}))["probe"] == "scores"


QUERIES = {
    "an unknown probe": ("nothing", {}, 422),
    "an unknown field": ("boundary", {"colour": "red"}, 422),
    "a text for a number": ("boundary", {"resolution": "many"}, 422),
    "too fine": ("boundary", {"resolution": 10**6}, 422),
    "NaN": ("boundary", {"extent": "NaN,1,0,1"}, 422),
    "no such layer": ("neurons", {"layer": "dense9"}, 422),
    "no such example": ("example", {"index": 10**6}, 422),
    "nothing to look into yet": ("gradients", {}, 409),
    "no dropout here": ("masks", {}, 409),
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_wrong_question_is_a_4xx_with_a_sentence(client: httpx.Client, name: str) -> None:
    probe, query, status = QUERIES[name]
    made = begin(client)
    asked = told(client.get(f"/api/sessions/{made['id']}/probes/{probe}", params=query), status)
    sent = told(post(client, made, f"probes/{probe}", **query), status)
    # The same refusal either way; a sentence, not a word.
    assert (asked["type"], asked["detail"]) == (sent["type"], sent["detail"])
    assert asked["detail"][0].isupper() or asked["detail"][0] == "“"
    assert asked["detail"].endswith(".") and " " in asked["detail"]


def test_lists_and_repeated_fields_of_a_query(client: httpx.Client) -> None:
    made = begin(client)
    where = f"/api/sessions/{made['id']}/probes/boundary?resolution=4"
    plain = told(client.get(f"{where}&extent=-1,1,-2,2"))
    assert plain["info"]["extent"] == [-1.0, 1.0, -2.0, 2.0]
    assert told(client.get(f"{where}&extent=[-1,1,-2,2]")) == plain
    assert told(client.get(f"{where}&resolution=5"), 422)["pointer"] == "/resolution"


def test_predict_takes_raw_inputs(client: httpx.Client) -> None:
    made = begin(client)
    post(client, made, "step", steps=100)
    answer = told(post(client, made, "predict", inputs=[[0, 0], [5.0, 5.0]]))
    resources.Predicted.model_validate(answer)
    assert answer["step"] == 100
    assert np.shape(answer["outputs"]) == (2, 1)
    assert np.allclose(np.sum(answer["probabilities"], axis=1), 1.0)
    assert answer["outputs"][0][0] * answer["outputs"][1][0] < 0
    assert told(post(client, made, "predict", inputs=[[1.0]]), 422)["pointer"].startswith("/inputs")
    assert told(post(client, made, "predict", inputs=[["1", 2]]), 422)["pointer"] == "/inputs/0/0"


DIGITS = {
    "format": 1,
    "data": {"kind": "digits8"},
    "model": {"input": {"kind": "image"}, "layers": [{"kind": "flatten"}, {"kind": "dense"}]},
    "training": {
        "loss": {"kind": "softmax_cross_entropy"},
        "learner": {"kind": "descent", "optimizer": {"kind": "adam", "learning_rate": 0.01}},
    },
}


def test_predict_takes_pictures_and_a_drawing(client: httpx.Client) -> None:
    made = begin(client, DIGITS)
    post(client, made, "step", steps=50)
    cross = [[255 * (x == y) for x in range(8)] for y in range(8)]
    grey = told(post(client, made, "predict", inputs=[cross, cross]))
    assert np.shape(grey["outputs"]) == (2, 10) and "picture" not in grey
    assert told(post(client, made, "predict", inputs=[[cross], [cross]])) == grey
    # A thick line, small in a corner of a large sheet: the answer shows what the net got.
    sheet = [[0] * 90 for _ in range(60)]
    for row in sheet[5:25]:
        row[70:76] = [255] * 6
    drawn = told(post(client, made, "predict", drawing=sheet))
    resources.Predicted.model_validate(drawn)
    assert np.shape(drawn["picture"]) == (1, 8, 8)
    again = told(post(client, made, "predict", inputs=[drawn["picture"]]))
    assert again["outputs"] == drawn["outputs"]


def test_pictures_that_are_none_are_refused_with_their_place(client: httpx.Client) -> None:
    made, points = begin(client, DIGITS), begin(client)
    for given, pointer in (
        ({"inputs": [[[1.0, "2"]]]}, "/inputs/0/0/1"),
        ({"inputs": [[[1.0, True]]]}, "/inputs/0/0/1"),
        ({"inputs": [[[0.0] * 28] * 28]}, "/inputs"),
        ({"inputs": [[[300.0] * 8] * 8]}, "/inputs"),
        ({"drawing": [[1.0, [2.0]]]}, "/drawing"),
        ({"drawing": [[None]]}, "/drawing/0/0"),
        ({"drawing": [[0.0]], "inputs": [[0.0]]}, None),
        ({}, None),
    ):
        assert told(post(client, made, "predict", **given), 422)["pointer"] == pointer
    assert "not pictures" in told(post(client, points, "predict", drawing=[[0]]), 409)["detail"]


def test_history_as_json_and_csv_has_the_same_columns(client: httpx.Client) -> None:
    made = begin(client)
    post(client, made, "step", steps=20)
    where = f"/api/sessions/{made['id']}/history"
    plain = told(client.get(where, params={"since": 5}))
    resources.Points.model_validate(plain)
    assert plain["columns"]["step"] == list(range(6, 21))
    text = client.get(where, params={"since": 5}, headers={"accept": "text/csv"}).text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [int(row["step"]) for row in rows] == plain["columns"]["step"]
    assert list(rows[0]) == list(plain["columns"])
    assert [float(row["loss_mean"]) for row in rows] == plain["columns"]["loss_mean"]
    assert told(client.get(where, params={"line": 3}), 422)["pointer"] == "/line"


def test_a_script_that_sends_too_much_at_once_is_told_when_to_return(
    client: httpx.Client, server: Any
) -> None:
    directory = server.app.state.directory
    most, directory._most = directory._most, len(directory)
    try:
        answers = [client.post("/api/sessions", json={"experiment": default()}) for _ in range(8)]
    finally:
        directory._most = most
    for answer in answers:
        assert told(answer, 429)["limit"] == len(directory)
    pauses = {int(answer.headers["retry-after"]) for answer in answers}
    assert min(pauses) >= 1
    assert len(pauses) > 1
    assert client.post("/api/sessions", json={"experiment": default()}).status_code == 201
