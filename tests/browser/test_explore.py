"""The what-if page as people use it: by mouse, by keyboard, on a small screen, and with names that mean harm."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Request, Route, expect

from commission_opt.analysis.changes import change
from commission_opt.model.read import read_model
from commission_opt.place import read_place
from commission_opt.plan.solve import solve
from commission_opt.reports.sentences import value_text
from tests.browser.looking import sideways, violations
from tests.browser.serving import served
from tests.reports.hostile import SCRIPT, hostile_place

SETTLED = "body:not(.waiting):not(.following)"
expect.set_options(timeout=20_000)  # Machines that test many things at once take their time.
UNMET = ("limits.min_volume.treatment", "9999")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Return the address of the page of wrong pockets."""
    with served(read_place("wrong_pockets")) as found:
        yield found


@pytest.fixture
def opened(page: Page, address: str) -> Page:
    """Return the page, opened and answered."""
    page.goto(address)
    settle(page)
    return page


def settle(page: Page) -> None:
    """Wait until the tables stand."""
    page.wait_for_selector(f"{SETTLED} #panel table")


def slider(page: Page, key: str) -> Locator:
    """Return the slider of a key."""
    return page.locator(f'[data-key="{key}"] input[type=range]')


def move(page: Page, key: str, percent: str) -> None:
    """Type a change in per cent, and wait for the answer."""
    box = page.locator(f'[data-key="{key}"] input[type=number]')
    before = page.locator("#change").inner_text()
    box.fill(percent)
    box.press("Tab")
    expect(page.locator("#change")).not_to_have_text(before)
    settle(page)


def other(page: Page, key: str, value: str) -> None:
    """Make a change that has no slider."""
    if not page.locator("#other-key").is_visible():
        page.locator("#more > summary").click()
    page.fill("#other-key", key)
    page.fill("#other-value", value)
    page.click("#other-add")


def value_of(changes: dict[str, str], model: str = "aligned") -> str:
    """Return the value that the page should show."""
    return value_text(solve(*change(read_place("wrong_pockets"), read_model(model), changes)).value)


def test_slider_dragged_by_mouse_answers_while_it_moves(opened: Page) -> None:
    """The value changes before the button is let go; one step back is where the drag began."""
    start = opened.locator("#value").inner_text()
    box = slider(opened, "budget.council").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    opened.mouse.move(box["x"] + box["width"] / 2, middle)
    opened.mouse.down()
    for part in (0.55, 0.6, 0.65, 0.7):
        opened.mouse.move(box["x"] + box["width"] * part, middle)
    expect(opened.locator("#value")).not_to_have_text(start)
    opened.mouse.up()
    settle(opened)
    assert "budget.council" in opened.url
    opened.click("#undo")
    expect(opened.locator("#value")).to_have_text(start)
    assert "budget.council" not in opened.url
    expect(opened.locator("#undo")).to_be_disabled()


def test_one_question_is_under_way_at_a_time(opened: Page) -> None:
    """However fast the hand moves; the last figure is the one that is answered in the end."""
    under_way, most = set[Request](), list[int]()

    def begun(request: Request) -> None:
        under_way.add(request)
        most.append(len(under_way))

    opened.on("request", begun)
    opened.on("requestfinished", lambda request: under_way.discard(request))
    opened.evaluate(
        """async () => {
          const slider = document.querySelector('[data-key="budget.council"] input[type=range]');
          for (let percent = 1; percent <= 20; percent += 1) {
            slider.value = String(percent);
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            await new Promise((next) => setTimeout(next, 10));
          }
          slider.dispatchEvent(new Event("change", { bubbles: true }));
        }"""
    )
    expect(opened.locator("#said")).to_contain_text(value_of({"budget.council": "+20%"}))
    assert max(most) == 1
    assert len(most) > 1


def test_answer_to_what_is_no_longer_asked_is_dropped(opened: Page) -> None:
    """A late answer is not painted over a reset."""
    held: list[Route] = []
    opened.route("**/solve", lambda route: route.continue_() if held else held.append(route))
    opened.evaluate(
        """() => {
          const node = document.getElementById("change");
          window.painted = [];
          new MutationObserver(() => window.painted.push(node.textContent)).observe(node, { childList: true });
        }"""
    )
    box = opened.locator('[data-key="budget.council"] input[type=number]')
    box.fill("5")
    box.press("Tab")
    while not held:
        opened.wait_for_timeout(20)
    opened.click("#reset")
    held[0].continue_()
    expect(opened.locator("#said")).to_contain_text("as much as the starting plan")
    settle(opened)
    assert set(opened.evaluate("window.painted")) == {"the same"}


def test_bracket_is_shown_while_the_answer_is_on_its_way(opened: Page) -> None:
    """What is proven already stands where the page says that it solves, until the answer comes."""
    held: list[Route] = []
    opened.route("**/solve", lambda route: held.append(route))
    opened.route("**/errand", lambda route: route.fulfill(json={"text": "Solving: worth between 580 and 589"}))
    box = opened.locator('[data-key="budget.council"] input[type=number]')
    box.fill("7")
    box.press("Tab")
    expect(opened.locator("#state")).to_have_text("Solving: worth between 580 and 589")
    opened.unroute("**/solve")
    held[0].continue_()
    settle(opened)
    expect(opened.locator("#state")).to_have_text("")


def test_slider_moved_by_keyboard_shows_and_says_the_answer(opened: Page) -> None:
    """Five steps right are five per cent; the value is the one that a fresh solve gives, and is announced politely."""
    slider(opened, "budget.council").focus()
    for _ in range(5):
        opened.keyboard.press("ArrowRight")
    wanted = value_of({"budget.council": "+5%"})
    expect(opened.locator("#value")).to_have_text(wanted)
    expect(opened.locator("#said")).to_contain_text(f"Value of outcomes {wanted}")
    assert opened.locator("#said").get_attribute("role") == "status"
    assert slider(opened, "budget.council").get_attribute("aria-valuetext") == "+5%, £840.0k a year"


def test_rule_is_switched_by_keyboard(opened: Page) -> None:
    """Space on a box; the answer is that of the setting."""
    opened.locator('[data-key="ring_fences.enabled"]').focus()
    opened.keyboard.press("Space")
    expect(opened.locator("#value")).to_have_text(value_of({"ring_fences.enabled": "false"}))
    expect(opened.locator('[data-key="ring_fences.enabled"]')).to_be_focused()


def test_form_and_partners_are_chosen(opened: Page) -> None:
    """A pot shows who is in it; one partner out is another plan."""
    expect(opened.locator("#pool")).to_be_hidden()
    opened.select_option("#model", "single_pot")
    expect(opened.locator("#value")).to_have_text(value_of({}, "single_pot"))
    opened.locator('[data-kind="nhs"]').uncheck()
    kinds = {"pooling.pot.partners": '["schools","criminal justice","council"]'}
    expect(opened.locator("#value")).to_have_text(value_of(kinds, "single_pot"))


def test_scenario_survives_a_reload_and_comes_back_by_undo(opened: Page) -> None:
    """It stands in the address, in words; the token does not."""
    move(opened, "budget.council", "7.5")
    opened.locator("details:has(#weights) > summary").click()
    move(opened, "weight.benefit_nhs", "50")
    value = opened.locator("#value").inner_text()
    assert "token" not in opened.url
    opened.reload()
    settle(opened)
    expect(opened.locator("#value")).to_have_text(value)
    assert opened.locator('[data-key="budget.council"] input[type=number]').input_value() == "7.5"
    opened.click("#reset")
    expect(opened.locator("#change")).to_have_text("the same")
    opened.click("#undo")
    expect(opened.locator("#value")).to_have_text(value)


def test_pinned_scenarios_stand_side_by_side(opened: Page) -> None:
    """And are still there after a reload; each can be shown again."""
    opened.click("#pin")
    move(opened, "budget", "10")
    opened.click("#pin")
    expect(opened.locator("#pins li")).to_have_count(2)
    expect(opened.locator("#pins-table table").first).to_contain_text("+10%")
    assert violations(opened) == []
    opened.reload()
    settle(opened)
    expect(opened.locator("#pins li")).to_have_count(2)
    opened.locator("#pins li").first.get_by_role("button", name="Show").click()
    expect(opened.locator("#change")).to_have_text("the same")
    opened.locator("#pins li").first.get_by_role("button", name="Unpin").click()
    expect(opened.locator("#pins li")).to_have_count(1)


def test_files_are_taken_away_and_a_scenario_is_opened_again(opened: Page, tmp_path: Path) -> None:
    """Report, workbook and scenario; another place's scenario is refused in words."""
    move(opened, "budget.council", "5")
    value = opened.locator("#value").inner_text()
    files = {}
    for ending in ("html", "xlsx", "json"):
        opened.locator("#files > summary").click()
        with opened.expect_download() as taken:
            opened.click(f"#save-{ending}")
        files[ending] = tmp_path / taken.value.suggested_filename
        taken.value.save_as(files[ending])
    assert value in files["html"].read_text(encoding="utf-8").replace("\N{NO-BREAK SPACE}", " ")
    assert "services" in openpyxl.load_workbook(files["xlsx"], read_only=True).sheetnames
    scenario = json.loads(files["json"].read_text(encoding="utf-8"))
    assert scenario == {"place": "wrong_pockets", "model": "aligned", "changes": {"budget.council": "+5%"}}
    opened.click("#reset")
    expect(opened.locator("#value")).not_to_have_text(value)
    opened.set_input_files("#open", files["json"])
    expect(opened.locator("#value")).to_have_text(value)
    files["json"].write_text(json.dumps(scenario | {"place": "elsewhere"}), encoding="utf-8")
    opened.set_input_files("#open", files["json"])
    expect(opened.locator("#trouble")).to_contain_text("This scenario is of elsewhere, not of wrong_pockets.")


def test_unmet_scenario_keeps_the_last_answer_and_says_why(opened: Page) -> None:
    """The figures stay, marked as old; the reason and what would help stand above them; one step back is enough."""
    value = opened.locator("#value").inner_text()
    other(opened, *UNMET)
    expect(opened.locator("#trouble")).to_contain_text("Cannot be met: because")
    expect(opened.locator("#repairs")).to_contain_text("What would make it possible")
    expect(opened.locator("#value")).to_have_text(value)
    expect(opened.locator("#trouble")).to_contain_text("the last scenario that could be met")
    assert violations(opened) == []
    opened.click("#state-why")
    expect(opened.locator("#trouble")).to_be_focused()
    opened.click("#undo")
    expect(opened.locator("#trouble")).to_be_hidden()


def test_why_is_a_dialog_that_gives_the_focus_back(opened: Page) -> None:
    """By keyboard: Enter on a service, Escape to close."""
    button = opened.locator('[data-why="treatment"]')
    button.focus()
    opened.keyboard.press("Enter")
    expect(opened.locator("#why-body")).to_contain_text("What would change that")
    assert violations(opened) == []
    opened.keyboard.press("Escape")
    expect(opened.locator("#why")).to_be_hidden()
    expect(button).to_be_focused()


def test_tabs_are_walked_by_arrow_keys(opened: Page) -> None:
    """Every tab brings its table in the end, and nothing in it stands in a reader's way."""
    opened.locator("#tab-services").focus()
    assert violations(opened) == []
    for name in ("outcomes", "agencies", "prices", "ladder", "barriers"):
        opened.keyboard.press("ArrowRight")
        opened.keyboard.press("Enter")
        expect(opened.locator(f"#tab-{name}")).to_have_attribute("aria-selected", "true")
        expect(opened.locator("#panel table").first).to_be_visible(timeout=30_000)
        assert violations(opened) == [], name
    opened.keyboard.press("Home")
    expect(opened.locator("#tab-services")).to_be_focused()


@pytest.mark.parametrize(("width", "height"), [(380, 800), (640, 450)])
def test_small_screen_needs_no_sideways_scrolling(opened: Page, width: int, height: int) -> None:
    """A telephone, and a usual screen at 200 %: the answer stays in sight, and leaves room for what is moved."""
    opened.set_viewport_size({"width": width, "height": height})
    opened.click("#pin")
    other(opened, *UNMET)
    expect(opened.locator("#repairs")).to_contain_text("possible")
    assert sideways(opened) == []
    assert violations(opened) == []
    opened.evaluate("scrollTo(0, 700)")
    bar = opened.locator(".answer").bounding_box()
    assert bar is not None
    assert bar["y"] == 0
    assert bar["height"] < height / 3


def test_hostile_names_do_no_harm(page: Page) -> None:
    """They are read as they are written, in sliders, tables, dialog and pins; nothing of them runs."""
    dialogs: list[str] = []
    page.on("dialog", lambda shown: (dialogs.append(shown.message), shown.dismiss()))
    with served(hostile_place()) as address:
        page.goto(address)
        settle(page)
        assert page.title() == f"Tiny {SCRIPT}: what if"
        page.locator(f"[data-why='{SCRIPT}']").click()
        expect(page.locator("#why-title")).to_have_text(SCRIPT)
        expect(page.locator("#why-body")).to_contain_text("What would change that")
        page.click("#why-close")
        page.click("#pin")
        other(page, f"cost.{SCRIPT}", "+5%")
        expect(page.locator("#others")).to_contain_text(SCRIPT)
        for name in ("outcomes", "agencies", "prices"):
            page.click(f"#tab-{name}")
            expect(page.locator("#panel table").first).to_be_visible(timeout=30_000)
        assert page.locator("main script, main img, header script").count() == 0
        assert violations(page) == []
    assert dialogs == []


def test_page_says_when_its_program_has_ended(context: BrowserContext) -> None:
    """And how to start it again; the browser itself complains too, which is no fault of the page."""
    page = context.new_page()
    with served(read_place("wrong_pockets")) as address:
        page.goto(address)
        settle(page)
    page.locator('[data-key="ring_fences.enabled"]').click()
    expect(page.locator("#trouble")).to_contain_text("Start commission-opt explore again")


def test_without_the_token_nothing_is_shown(page: Page, address: str) -> None:
    """A bare address tells what to do."""
    answer = page.context.request.get(re.sub(r"\?.*", "", address))
    assert answer.status == 403
    assert "open the address that commission-opt explore printed" in answer.text()
