"""The pages: complete at the first paint, from here alone, without inline script."""

from __future__ import annotations

import base64
import json
import re
import struct

import httpx
from served import decode, default

from engine.experiment import Experiment


def inside(html: str, name: str) -> str:
    found = re.search(rf'<script[^>]*id="{name}"[^>]*>(.*?)</script>', html, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_lab_holds_its_first_picture(client: httpx.Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    boot = json.loads(inside(answer.text, "boot"))
    experiment = Experiment.from_json(default())
    assert boot["experiment"] == experiment.to_json()
    assert boot["parameters"] == 37
    assert {"catalog", "previews", "layers", "cost", "version"} <= boot.keys()
    told, arrays = decode(base64.b64decode(inside(answer.text, "frame")))
    assert told["step"] == 0
    assert {"boundary", "neurons", "parameters", "scores", "points", "inputs"} == told[
        "probes"
    ].keys()
    assert arrays["inputs.maps"]["shape"] == [7, 20, 20]


def test_the_first_frame_is_computed_once(client: httpx.Client) -> None:
    first, second = (inside(client.get("/").text, "frame") for _ in range(2))
    assert first == second


def test_previews_are_small_and_cover_every_dataset(client: httpx.Client) -> None:
    boot = json.loads(inside(client.get("/").text, "boot"))
    assert boot["previews"].keys() == boot["catalog"]["families"]["data"].keys()
    for kind, preview in boot["previews"].items():
        if boot["catalog"]["families"]["data"][kind]["input_kind"] == "image":
            head, data = preview["sheet"].split(",")
            assert head == "data:image/png;base64" and len(data) < 20_000
            width, height = struct.unpack("!2I", base64.b64decode(data)[16:24])
            _, high, wide = preview["shape"]
            down = 2 if preview["classes"] > 2 else 1
            assert (width, height) == (2 * (wide + 1) - 1, down * (high + 1) - 1)
            assert len(preview["class_names"]) == preview["classes"]
            continue
        assert 30 <= len(preview["inputs"]) <= 90
        assert len(preview["inputs"]) == len(preview["targets"])


def test_datasets_stand_in_the_order_of_the_catalogue(client: httpx.Client) -> None:
    boot = json.loads(inside(client.get("/").text, "boot"))
    assert list(boot["catalog"]["families"]["data"]) == list(
        client.get("/api/catalog").json()["families"]["data"]
    )


def test_scripts_in_a_page_are_files_or_carry_the_nonce(client: httpx.Client) -> None:
    for path in ("/", "/docs"):
        answer = client.get(path)
        nonce = re.search(r"'nonce-([^']+)'", answer.headers["content-security-policy"])
        assert nonce is not None
        for attributes, body in re.findall(r"<script\b([^>]*)>(.*?)</script>", answer.text, re.S):
            is_data = "application/json" in attributes or "octet-stream" in attributes
            assert not body.strip() or is_data or f'nonce="{nonce[1]}"' in attributes
        assert not re.search(r"\son[a-z]+=", answer.text)
        assert (
            client.get(path).headers["content-security-policy"]
            != answer.headers["content-security-policy"]
        )  # a nonce is used once


def test_the_lab_has_no_inline_styles_which_the_policy_would_drop(client: httpx.Client) -> None:
    answer = client.get("/")
    assert "unsafe-inline" not in answer.headers["content-security-policy"]
    assert not re.search(r"<[a-z][^>]*\sstyle=", answer.text)


def test_pages_load_nothing_from_elsewhere(client: httpx.Client) -> None:
    for path in ("/", "/docs"):
        html = client.get(path).text
        loaded = re.findall(r'(?:src|href)="([^"#]+)"', html)
        assert loaded
        for address in loaded:
            if address.startswith("/static/"):
                assert client.get(address).status_code == 200, address
            else:
                assert address.startswith("/"), address


def test_our_files_are_asked_for_again_and_cheaply(client: httpx.Client) -> None:
    first = client.get("/static/js/core/frame.js")
    assert first.headers["cache-control"] == "no-cache"
    assert first.headers["content-type"].startswith("text/javascript")
    again = client.get("/static/js/core/frame.js", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304


def test_the_documentation_works_without_internet(client: httpx.Client) -> None:
    html = client.get("/docs").text
    assert "/static/vendor/swagger-ui-bundle.js" in html
    assert "http" not in html.replace("http-equiv", "")
