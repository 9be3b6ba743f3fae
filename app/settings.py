"""Settings as data: one tuple from which the command line, the environment, the help and the
documentation are made."""

from __future__ import annotations

import argparse
import ipaddress
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from app.logs import FORMS, Form

PREFIX = "TINKERNET_"


@dataclass(frozen=True)
class Setting:
    """One setting: `--name` on the command line, `TINKERNET_NAME` in the environment."""

    name: str
    read: Callable[[str], Any]
    says: str
    metavar: str | None = None


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip().lower() for part in text.split(",") if part.strip())


def _whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """Reads a whole number of a range; anything else is refused with a sentence."""
    allowed = f"at least {least}" if most is None else f"{least} to {most}"

    def read_whole(text: str) -> int:
        number = int(text) if re.fullmatch(r"\s*-?[0-9]{1,18}\s*", text) else least - 1
        if number < least or (most is not None and number > most):
            raise argparse.ArgumentTypeError(f"a whole number, {allowed}, and not {text!r}")
        return number

    return read_whole


def _form(text: str) -> Form:
    name = text.strip().lower()
    if name not in FORMS:
        raise argparse.ArgumentTypeError(f"one of {', '.join(FORMS)}, and not {text!r}")
    return "json" if name == "json" else "text"


def _yes(text: str) -> bool:
    return text.strip().lower() not in {"0", "no", "false", "off", ""}


SETTINGS = (
    Setting("host", str, "address to listen on; 0.0.0.0 serves a class", "HOST"),
    Setting("port", _whole(0, 65535), "port; without it 8000, or the next free one", "PORT"),
    Setting("data", Path, "folder where sessions that nobody uses are kept", "DIR"),
    Setting("workers", _whole(1), "processes that train; one per core by default", "N"),
    Setting("hosts", _names, "names this server may be called by, beside IP addresses", "NAME,…"),
    Setting("sessions", _whole(1), "how many sessions may live at once", "N"),
    Setting("log", _form, "what is logged: text (warnings) or json (every request)", "FORM"),
    Setting("browser", _yes, "open the browser at the start (in the environment: 0 or 1)"),
)


@dataclass(frozen=True)
class Settings:
    """What the server was started with. `port` None: nobody chose one."""

    host: str = "127.0.0.1"
    port: int | None = None
    data: Path = Path("data")
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    hosts: tuple[str, ...] = ()
    sessions: int = 400
    log: Form = "text"
    browser: bool = True

    @property
    def tokens_required(self) -> bool:
        """Bound wider than this machine, or called by a name, as behind a proxy on this machine,
        every session needs its token."""
        return not is_loopback(self.host) or bool(self.hosts)


def is_loopback(host: str) -> bool:
    """True for an address that only this machine can reach."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def read(arguments: Sequence[str], environment: Mapping[str, str]) -> Settings:
    """Settings from the command line, then the environment, then the defaults."""
    parser = argparse.ArgumentParser(
        prog="tinkernet", description="A neural network you can take apart while it learns."
    )
    for setting in SETTINGS:
        if setting.name == "browser":
            parser.add_argument(
                "--no-browser", dest="browser", action="store_const", const=False,
                help="do not open the browser",
            )  # fmt: skip
        else:
            parser.add_argument(
                f"--{setting.name}", type=setting.read, metavar=setting.metavar, help=setting.says
            )
    given = {k: v for k, v in vars(parser.parse_args(arguments)).items() if v is not None}
    for setting in SETTINGS:
        text = environment.get(f"{PREFIX}{setting.name.upper()}", "")
        if text and setting.name not in given:
            try:
                given[setting.name] = setting.read(text)
            except argparse.ArgumentTypeError as error:
                parser.error(f"{PREFIX}{setting.name.upper()}: {error}")
    return Settings(**given)


def folder(name: str) -> Path:
    """`static` or `templates`: beside `app` in a checkout, inside it once installed."""
    here = Path(__file__).resolve().parent
    inside = here / name
    return inside if inside.is_dir() else here.parent / name


assert {s.name for s in SETTINGS} == {f.name for f in fields(Settings)}
