"""When something is not as it should be, the page says what happened and the one thing to do."""

from __future__ import annotations

import os
import re
import signal
from typing import Any

import pytest
from labs import Lab
from served import serve

from app.settings import Settings

pytestmark = pytest.mark.browser
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")

# The pause before the socket's next try has no end; all other timers are as they were.
WAITS_FOR_EVER = """() => {
  const own = window.setTimeout;
  window.setTimeout = (work, ms, ...more) => {
    if (!new Error().stack.includes("core/socket.js")) return own(work, ms, ...more);
    window.held = true;
    return 0;
  };
}"""


def type_rate(lab: Any, rate: str) -> None:
    """Give the learning rate a value by hand, as a double click on it allows."""
    lab.page.locator("#learning-rate-value").dblclick()
    lab.page.keyboard.type(rate)
    lab.page.keyboard.press("Enter")


def test_a_loss_that_becomes_infinite_is_told_and_a_kept_step_is_one_click_away(
    open_lab: Any,
) -> None:
    lab = open_lab()
    lab.page.locator("#open-loss").click()
    lab.page.locator("#optimizer").select_option("sgd")
    lab.page.locator("#more").click()
    lab.page.locator("#loss").select_option("squared_error")
    lab.button("Play").click()
    lab.until_step(40)
    type_rate(lab, "80")
    told = lab.page.locator("#diverged")
    told.wait_for()
    end = int(re.search(r"infinite at step ([\d,]+)", told.inner_text())[1].replace(",", ""))
    assert lab.step() == end - 1
    assert re.search(r"numbers of (output|hidden \d)’s (weights|bias) left", told.inner_text())
    assert "80" in told.inner_text()
    assert lab.page.locator("#play").is_disabled()
    # The pictures say why, from the engine's numbers, while the session stands where it stood.
    lab.page.locator(".product").wait_for()
    lab.until(lambda: lab.page.locator(".diverged-card canvas").count() >= 5)
    assert lab.page.locator(".diverged-card.waits").count() == 0
    assert lab.asked("")["state"] == "diverged" and lab.step() == end - 1
    back = int(re.search(r"Back to step (\d+)", told.inner_text())[1])
    found = lab.asked(f"/probes/curvature?step={back}")["info"]
    shown = lab.page.locator(".product b").last.inner_text().replace(",", "")
    assert float(shown) == pytest.approx(found["product"] / found["rate"] * 80, rel=0.06)
    for tile in lab.page.locator(".rate-tile").all():
        over = float(tile.locator("b").inner_text()) > found["limit"]
        assert ("over" in tile.get_attribute("class")) == over
    # The wall on the slider stands where the limit of the last look was.
    said = lab.page.locator("#rate-limit")
    lab.until(lambda: re.search(r"\d", said.inner_text()))
    words = said.inner_text()
    # Shortly before it diverges a net may curve so much that the limit is written as 2 × 10⁻⁹.
    digits, power = re.search(r"([\d.]+)(?:\s×\s10([⁻⁰¹²³⁴-⁹]+))?", words).groups()
    limit = float(digits) * 10.0 ** int((power or "0").translate(RAISED))
    ladder = [1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1, 3, 10]
    rung = max((i for i, rate in enumerate(ladder) if rate <= limit), default=0)
    wall = float(
        lab.page.locator(".knob-wall").evaluate("one => one.style.getPropertyValue('--wall')")
    )
    if limit <= ladder[0]:
        assert wall <= 0.01
    assert rung / 10 - 0.01 <= wall <= (rung + 1) / 10 + 0.01
    lab.page.locator("#back-with-rate").click()
    told.wait_for(state="hidden")
    assert lab.step() < end - 1
    assert lab.page.locator("#learning-rate-value").inner_text() == "0.03"
    here = lab.step()
    lab.button("Play").click()
    lab.until_step(here + 20)


def test_a_lost_worker_costs_one_click_and_no_step(browser: Any) -> None:
    with serve(Settings(workers=1)) as server:
        lab = Lab(browser, server)
        lab.button("Play").click()
        lab.until_step(30)
        for worker in server.app.state.backend.process_ids():
            os.kill(worker, signal.SIGKILL)
        again = lab.page.get_by_role("button", name="Go on from there")
        again.wait_for()
        seen = lab.step()
        said = lab.page.get_by_text("it stood at step").inner_text()
        stood = int(re.findall(r"step (\d+)", said)[-1])
        assert stood >= seen >= 30
        again.click()
        lab.until(lambda: lab.asked("")["state"] == "paused" and lab.step() == stood)
        lab.button("Play").click()
        lab.until_step(stood + 20)
        lab.context.close()
        assert lab.complaints == []


def test_a_full_server_is_told_and_what_is_there_stays(browser: Any) -> None:
    """One seat: who has it keeps it and is told why there is no second; who comes later sees the
    net at step 0, is told, and gets in with one click as soon as somebody has left."""
    with serve(Settings(workers=1, sessions=1)) as server:
        first = Lab(browser, server)
        first.run_to(30)
        second = Lab(browser, server)
        told = second.page.get_by_text("The server is full at the moment. What you see stays.")
        told.wait_for()
        assert second.step() == 0
        assert "right on the test points" in second.page.locator("#answer").inner_text()
        again = second.button("Try again")
        again.click()
        second.until(lambda: len(second.complaints) == 2)  # it asked, and was refused, again
        second.page.wait_for_timeout(100)
        assert told.is_visible()

        here = first.step()
        first.page.locator("#data-xor").click()
        first.page.get_by_text("has no room for another now").wait_for()
        assert first.step() == here
        first.button("Play").click()
        first.until_step(here + 10)

        kept = first.kept()
        with server.client(authorization=f"Bearer {kept['token']}") as client:
            assert client.delete(f"/api/sessions/{kept['id']}").status_code == 204
        again.click()
        told.wait_for(state="hidden")
        second.button("Play").click()
        second.until_step(20)
        assert second.page.locator("#moment").is_hidden()
        for lab in (first, second):
            lab.context.close()
            # The browser itself reports a refused request; the page has nothing to add.
            assert all("429" in complaint for complaint in lab.complaints)


def test_a_cut_connection_is_told_and_mended_and_training_went_on(open_lab: Any) -> None:
    lab = open_lab("about")
    sockets: list[Any] = []
    shut = [False]

    def between(page_side: Any) -> None:
        sockets.append(page_side)
        if shut[0]:
            page_side.close()
        else:
            page_side.connect_to_server()

    lab.page.route_web_socket(re.compile("/api/stream"), between)
    lab.page.goto(lab.page.url.replace("/about", "/"))
    lab.complaints.clear()  # of the page that is not there
    lab.button("Play").click()
    lab.until_step(30)
    shut[0] = True
    sockets[-1].close()
    told = lab.page.get_by_text("The training goes on; reconnecting")
    told.wait_for()
    before, session = lab.step(), lab.kept()["id"]
    meanwhile = lab.asked("")["step"]
    lab.until(lambda: lab.asked("")["step"] > meanwhile)
    # From here on the page does not try by itself: what brings it back is the press.
    lab.page.evaluate(WAITS_FOR_EVER)
    lab.until(lambda: lab.page.evaluate("window.held ?? false"))
    shut[0] = False
    lab.page.get_by_role("button", name="Try now").click()
    told.wait_for(state="hidden")
    lab.until_step(before + 40)
    assert lab.kept()["id"] == session
    assert lab.asked("")["step"] > meanwhile > before


def test_what_the_server_refuses_is_said_in_its_own_words(open_lab: Any) -> None:
    lab = open_lab()
    lab.until(lambda: lab.page.evaluate("sessionStorage.length") > 0)
    type_rate(lab, "-3")
    told = lab.page.locator("#moment").get_by_text(re.compile("learning_rate"))
    told.wait_for()
    assert "greater than 0" in told.inner_text() or "-3" in told.inner_text()
    lab.button("Play").click()
    lab.until_step(10)
    learner = lab.asked("")["now"]["training"]["learner"]
    assert learner["optimizer"]["learning_rate"] == 0.03


def test_a_late_word_about_a_session_that_was_left_alarms_nobody(open_lab: Any) -> None:
    """A credit may still be under way for the session that a change of data has just left; the
    server then says that it knows no such session, and the present one is as alive as before."""
    lab = open_lab()
    lab.context.add_init_script(
        "const Own = WebSocket;"
        "window.WebSocket = class extends Own {"
        "  constructor(...given) { super(...given); window.ours = this; window.seen = [];"
        "    this.addEventListener('message', ({data}) => {"
        "      if (typeof data === 'string') window.seen.push(JSON.parse(data)); }); } };"
    )
    lab.page.reload()
    lab.until(lambda: lab.page.evaluate("seen.some(({type}) => type === 'attached')"))
    left = lab.page.evaluate("seen.find(({type}) => type === 'attached').session")
    lab.page.locator("#data-tiles [role=radio], #data-tiles button").nth(5).click()
    lab.page.get_by_text("class C").first.wait_for()
    # What the data brought with them is said; once that is read, nothing more may be.
    lab.page.locator("#moment").get_by_role("button", name="OK").click()
    lab.page.evaluate("session => ours.send(JSON.stringify({type: 'credit', session}))", left)
    lab.until(lambda: lab.page.evaluate("seen.some(({type}) => type === 'problem')"))
    lab.page.wait_for_timeout(200)
    moment = lab.page.locator("#moment")
    if moment.is_visible():  # what the new data bring along is told, and nothing else
        assert moment.inner_text().startswith("Several arms comes with")
    lab.button("Play").click()
    lab.until_step(20)
