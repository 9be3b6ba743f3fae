"""Settings come from the command line, then the environment, then the defaults."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings import PREFIX, SETTINGS, Settings, folder, is_loopback, read


def test_defaults_serve_this_machine_only() -> None:
    settings = read([], {})
    assert settings == Settings()
    assert (settings.host, settings.port, settings.browser) == ("127.0.0.1", None, True)
    assert not settings.tokens_required


def test_a_server_that_others_reach_asks_for_tokens_directly_or_behind_a_proxy() -> None:
    assert read(["--host", "0.0.0.0"], {}).tokens_required
    assert read(["--hosts", "lab.example"], {}).tokens_required


def test_every_setting_may_come_from_the_environment() -> None:
    texts = {
        "host": "0.0.0.0", "port": "9000", "data": "/tmp/x", "workers": "3",
        "hosts": "Lab.example, other.example", "sessions": "7", "log": "json", "browser": "0",
    }  # fmt: skip
    assert texts.keys() == {setting.name for setting in SETTINGS}
    settings = read([], {f"{PREFIX}{name.upper()}": text for name, text in texts.items()})
    assert settings == Settings(
        "0.0.0.0", 9000, Path("/tmp/x"), 3, ("lab.example", "other.example"), 7, "json", False
    )
    assert settings.tokens_required


def test_the_command_line_wins() -> None:
    settings = read(["--port", "1", "--no-browser"], {"TINKERNET_PORT": "2"})
    assert (settings.port, settings.browser) == (1, False)


@pytest.mark.parametrize("given", [["--port", "70000"], ["--workers", "0"], ["--port", "x"]])
def test_nonsense_is_refused_with_a_sentence(
    given: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        read(given, {})
    said = capsys.readouterr().err
    assert f"argument {given[0]}: a whole number, " in said
    assert said.rstrip().endswith(f"and not {given[1]!r}")


def test_nonsense_in_the_environment_names_the_variable(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        read([], {"TINKERNET_WORKERS": "none"})
    said = capsys.readouterr().err
    assert "TINKERNET_WORKERS: a whole number, at least 1, and not 'none'" in said


@pytest.mark.parametrize(
    ("host", "only_here"),
    [("127.0.0.1", True), ("127.1.2.3", True), ("::1", True), ("localhost", True),
     ("0.0.0.0", False), ("::", False), ("192.168.1.7", False), ("lab.example", False)],
)  # fmt: skip
def test_loopback_is_told_from_the_rest(host: str, only_here: bool) -> None:
    assert is_loopback(host) is only_here


def test_help_says_what_every_setting_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read(["--help"], {})
    shown = capsys.readouterr().out
    for setting in SETTINGS:
        assert f"--{setting.name}" in shown or f"--no-{setting.name}" in shown


def test_the_pages_files_are_found() -> None:
    assert (folder("static") / "js").is_dir()
    assert (folder("templates") / "lab.html").is_file()
