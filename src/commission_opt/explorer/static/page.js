// The page: what people do goes into the scenario, what the program answers goes onto the screen.

import { make, Mover, PARTNERS, showChoices, showPartners, showSwitches, without } from "./controls.js";
import { Scenario, shareOf } from "./scenario.js";
import { comparePins, describe, errand, Live, meanwhile, takeFile } from "./server.js";

const $ = (id) => document.getElementById(id);
const SLOW_TABS = new Set(["prices", "ladder", "barriers"]);
const FILTERED = new Set(["services", "outcomes"]);
const MOST_PINS = 8;
const PATIENCE = 700; // Milliseconds after which the page says that it is waiting.

let about, scenario, live, movers, forms, storage;
let tab = "services";
let asked = 0; // Counts what was asked for in the background: only the newest is shown.
let pins = [];
let working = 0;

// Put in a piece of the page that the program has made, in which every name is escaped; focus and scroll stay.
function swap(node, html) {
  const inside = node.contains(document.activeElement) ? document.activeElement.dataset.why : undefined;
  const left = node.querySelector(".scroll")?.scrollLeft ?? 0;
  node.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  if (inside !== undefined) {
    for (const button of node.querySelectorAll("[data-why]")) if (button.dataset.why === inside) button.focus();
  }
  const box = node.querySelector(".scroll");
  if (box) box.scrollLeft = left;
}

function say(text) {
  $("said").textContent = text;
}

function form() {
  return forms.get(scenario.model);
}

// ---- what people do -------------------------------------------------------------------------------------------------

function change(key, value, done) {
  scenario.set(key, value);
  follow(done);
  if (!done && live.slow) {
    $("state").textContent = "Let go to see the answer: it takes a while";
    return;
  }
  live.move();
}

// A step that is no drag: answers to what was asked before are no longer of use.
function jump() {
  follow(true);
  showControls();
  live.jump();
}

function follow(done) {
  if (done) {
    scenario.commit();
    history.replaceState(null, "", scenario.fragment);
  }
  asked += 1;
  $("undo").disabled = !scenario.past.length && scenario.text() === scenario.last;
  $("reset").disabled = scenario.model === about.first && !scenario.changes.size;
  showOthers();
}

function showControls() {
  $("model").value = scenario.model;
  $("model-about").textContent = `${form().title}. ${form().description}`;
  for (const mover of movers) mover.follow(scenario.changes);
  $("rules").hidden = !form().switches.length;
  $("pool").hidden = !form().partners.length;
  showSwitches($("switches"), form(), scenario.changes, change);
  showPartners($("partners"), form(), scenario.changes, change);
  showOthers();
}

// Changes that no slider or switch of this form shows.
function showOthers() {
  const sliders = new Set(movers.map((mover) => mover.about.key));
  const boxes = new Set([...form().switches.map((one) => one.key), ...(form().partners.length ? [PARTNERS] : [])]);
  const rows = [...scenario.changes].filter(
    ([key, value]) => !boxes.has(key) && !(sliders.has(key) && shareOf(value) !== null),
  );
  $("others").replaceChildren(
    ...rows.map(([key, value]) => {
      const button = make("button", { type: "button", "aria-label": `Take back ${key}` }, "Take back");
      button.addEventListener("click", () => {
        scenario.set(key, "");
        jump();
        $("other-key").focus();
      });
      return make("li", {}, make("code", {}, `${key} = ${value}`), " ", button);
    }),
  );
  if (rows.length) $("more").open = true;
}

function chooseModel(name) {
  const before = form();
  scenario.model = name;
  // What is a switch of the form before means nothing in this one, or something else.
  const own = new Set(form().switches.map((one) => one.key));
  for (const one of before.switches) if (!own.has(one.key)) scenario.set(one.key, "");
  for (const one of form().switches) {
    if (scenario.changes.get(one.key) === String(one.on)) scenario.set(one.key, "");
  }
  scenario.set(PARTNERS, "");
  jump();
}

function addOther() {
  const key = $("other-key").value.trim();
  const value = $("other-value").value.trim();
  if (!key || !value) return trouble("Say what changes and what it becomes.", []);
  scenario.set(key, value);
  $("other-key").value = $("other-value").value = "";
  return jump();
}

// ---- what the program answers ---------------------------------------------------------------------------------------

function question(withTables) {
  const window = { year: $("year").value, area: $("area").value };
  const view = { tab, measure: $("measure").value, window: FILTERED.has(tab) ? window : { year: "", area: "" } };
  clearTimeout(working);
  working = setTimeout(solving, PATIENCE);
  document.body.classList.toggle("waiting", !withTables);
  return { scenario: scenario.message(), start: about.first, view: withTables ? view : null };
}

// The answer takes a while: say so, and what is proven of it already.
async function solving() {
  const mine = working;
  $("state").textContent = "Solving";
  const text = await meanwhile(scenario.message()).catch(() => "");
  if (text && mine === working) $("state").textContent = text;
}

function answered() {
  clearTimeout(working);
  working = 0;
}

function hear(answer, withTables) {
  answered();
  document.body.classList.remove("waiting");
  if (answer.status !== "optimal") return cannot(answer);
  $("trouble").hidden = true;
  $("state-why").hidden = true;
  document.body.classList.remove("unmet");
  $("value").textContent = answer.value_text;
  $("change").textContent = answer.change || "-";
  $("state").textContent = "";
  if (!withTables) {
    document.body.classList.add("following");
    return null;
  }
  document.body.classList.remove("following");
  swap($("headline"), answer.headline);
  $("command").textContent = answer.command;
  say(answer.said);
  return SLOW_TABS.has(tab) ? slowTab() : swap($("panel"), answer.html);
}

function cannot(answer) {
  const met = answer.status === "infeasible";
  document.body.classList.add("unmet");
  document.body.classList.remove("following");
  const old = $("headline").hasChildNodes() ? "; figures of the last scenario that could" : "";
  $("state").textContent = met ? `Cannot be met${old}` : "Not possible";
  $("state-why").hidden = false;
  const because = `Cannot be met: because ${answer.headline[0].toLowerCase()}${answer.headline.slice(1)}`;
  trouble(met ? because : answer.headline, answer.items);
  if (met) repairs();
}

function trouble(headline, items) {
  const list = make("ul", {}, ...items.slice(0, 8).map((item) => make("li", {}, item)));
  if (items.length > 8) list.append(make("li", {}, `and ${items.length - 8} more.`));
  const kept = document.body.classList.contains("unmet") && $("headline").hasChildNodes()
    ? [make("p", { class: "small" }, "The figures below are those of the last scenario that could be met.")]
    : [];
  $("trouble").replaceChildren(
    make("p", { class: "lead" }, headline),
    ...(items.length ? [list] : []),
    make("div", { id: "repairs" }),
    ...kept,
  );
  $("trouble").hidden = false;
  say(headline);
}

function fail(error) {
  answered();
  document.body.classList.remove("waiting");
  $("state").textContent = "No answer";
  trouble(error.message, []);
}

// Ask for something in the background and show it in a node, unless something else was asked for in the meantime.
async function background(node, message, wanted) {
  const told = make("p", { class: "working" }, "Working");
  node.replaceChildren(told);
  try {
    const html = await errand(message, (words) => (told.textContent = `Working: ${words}`), wanted);
    if (html !== null) swap(node, html);
    return html !== null;
  } catch (error) {
    if (wanted()) node.replaceChildren(make("p", { class: "notice bad" }, error.message));
    return false;
  }
}

function repairs() {
  const number = asked;
  background($("repairs"), { scenario: scenario.message(), what: "repairs" }, () => number === asked);
}

async function slowTab() {
  const number = asked;
  const chosen = tab;
  const wanted = () => number === asked && chosen === tab;
  const name = $(`tab-${tab}`).textContent;
  if (await background($("panel"), { scenario: scenario.message(), what: tab }, wanted)) say(`${name}: ready.`);
}

async function why(service) {
  const name = about.services.find((one) => one.key === service)?.name ?? service;
  $("why-title").textContent = name;
  $("why").showModal();
  const message = { scenario: scenario.message(), what: "why", service };
  await background($("why-body"), message, () => $("why").open && $("why-title").textContent === name);
}

// ---- tabs, filters, pins, files -------------------------------------------------------------------------------------

function chooseTab(name) {
  tab = name;
  for (const button of $("tabs").children) {
    const chosen = button.dataset.tab === name;
    button.setAttribute("aria-selected", String(chosen));
    button.tabIndex = chosen ? 0 : -1;
  }
  $("panel").setAttribute("aria-labelledby", `tab-${name}`);
  $("filters").hidden = !FILTERED.has(name);
  $("measure-field").hidden = name !== "services";
  asked += 1;
  if (document.body.classList.contains("unmet")) {
    $("panel").replaceChildren(make("p", {}, "This scenario cannot be met, so there is nothing to show here."));
  } else {
    $("panel").replaceChildren(make("p", { class: "working" }, "Working"));
    live.show();
  }
}

function walkTabs(event) {
  const buttons = [...$("tabs").children];
  const at = buttons.indexOf(document.activeElement);
  const steps = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 };
  if (at < 0 || !(event.key in steps)) return;
  event.preventDefault();
  buttons[(steps[event.key] + buttons.length) % buttons.length].focus();
}

function nameOf() {
  const labels = new Map(movers.map((mover) => [mover.about.key, mover.about.label]));
  const switches = new Map(form().switches.map((one) => [one.key, one.label]));
  const words = [...scenario.changes].map(([key, value]) => {
    if (switches.has(key)) return `${switches.get(key)}: ${value === "true" ? "yes" : "no"}`;
    if (key === PARTNERS) return without(form(), scenario.changes);
    return `${labels.get(key)?.split(":")[0] ?? key} ${value}`;
  });
  const shown = words.slice(-2).join(", ");
  const more = words.length > 2 ? ` and ${words.length - 2} more` : "";
  return `${form().short}${shown ? `: ${shown}${more}` : ""}`.slice(0, 80);
}

function pin() {
  if (pins.length >= MOST_PINS) return say(`No more than ${MOST_PINS} scenarios can be pinned.`);
  pins = [...pins, { name: nameOf(), scenario: scenario.message() }];
  say("Pinned.");
  return showPins();
}

async function showPins() {
  storage.setItem(`pins of ${about.place}`, JSON.stringify(pins));
  $("pinned").hidden = !pins.length;
  $("pins").replaceChildren(
    ...pins.map((one, at) => {
      const show = make("button", { type: "button", "aria-label": `Show ${one.name}` }, "Show");
      const drop = make("button", { type: "button", "aria-label": `Unpin ${one.name}` }, "Unpin");
      show.addEventListener("click", () => {
        scenario.model = one.scenario.model;
        scenario.changes = new Map(Object.entries(one.scenario.changes));
        jump();
      });
      drop.addEventListener("click", () => {
        pins = pins.filter((_, other) => other !== at);
        showPins();
        $("pin").focus();
      });
      return make("li", {}, make("span", {}, one.name), " ", show, " ", drop);
    }),
  );
  if (!pins.length) return;
  const shown = pins;
  try {
    const html = await comparePins(pins);
    if (shown === pins) swap($("pins-table"), html);
  } catch (error) {
    fail(error);
  }
}

function readPins() {
  try {
    const kept = JSON.parse(storage.getItem(`pins of ${about.place}`) ?? "[]");
    return kept.filter((one) => forms.has(one.scenario.model)).slice(0, MOST_PINS);
  } catch {
    return [];
  }
}

function download(blob, name) {
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function save(ending) {
  say("Writing the file.");
  try {
    download(await takeFile(scenario.message(), ending), `${about.place}-${scenario.model}.${ending}`);
    say("The file is written.");
  } catch (error) {
    trouble(error.message, []);
  }
  $("files").open = false;
}

async function open(event) {
  const [file] = event.target.files;
  if (!file) return;
  try {
    scenario.fromFile(await file.text(), about.place, forms);
    jump();
  } catch (error) {
    trouble(error.message, []);
  }
  event.target.value = "";
  $("files").open = false;
}

function listen() {
  $("controls").addEventListener("submit", (event) => event.preventDefault());
  $("model").addEventListener("change", () => chooseModel($("model").value));
  $("other-add").addEventListener("click", addOther);
  for (const id of ["other-key", "other-value"]) {
    $(id).addEventListener("keydown", (event) => event.key === "Enter" && addOther());
  }
  $("undo").addEventListener("click", () => {
    scenario.undo();
    jump();
  });
  $("reset").addEventListener("click", () => {
    scenario.model = about.first;
    scenario.changes.clear();
    jump();
  });
  $("pin").addEventListener("click", pin);
  $("state-why").addEventListener("click", () => {
    $("trouble").focus({ preventScroll: true });
    $("trouble").scrollIntoView({ block: "start" });
  });
  $("save-html").addEventListener("click", () => save("html"));
  $("save-xlsx").addEventListener("click", () => save("xlsx"));
  $("save-json").addEventListener("click", () => {
    download(new Blob([scenario.file(about.place)], { type: "application/json" }), `${about.place}-scenario.json`);
    $("files").open = false;
  });
  $("open").addEventListener("change", open);
  $("files").addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    $("files").open = false;
    $("files").querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    if (!$("files").contains(event.target)) $("files").open = false;
  });
  $("tabs").addEventListener("click", (event) => event.target.dataset.tab && chooseTab(event.target.dataset.tab));
  $("tabs").addEventListener("keydown", walkTabs);
  for (const id of ["year", "area", "measure"]) $(id).addEventListener("change", () => live.show());
  $("panel").addEventListener("click", (event) => {
    const service = event.target.closest("[data-why]")?.dataset.why;
    if (service !== undefined) why(service);
  });
  $("why-close").addEventListener("click", () => $("why").close());
  addEventListener("hashchange", () => {
    if (location.hash !== scenario.fragment && scenario.fromFragment(location.hash, forms)) jump();
  });
}

function showForms() {
  const steps = about.models.filter((one) => one.step);
  const others = about.models.filter((one) => !one.step);
  const choices = (entries) => entries.map((one) => make("option", { value: one.name }, one.short));
  $("model").replaceChildren(
    make("optgroup", { label: "Steps from today to a single pot" }, ...choices(steps)),
    make("optgroup", { label: "Other forms" }, ...choices(others)),
  );
}

async function begin() {
  storage = sessionStorage;
  about = await describe();
  forms = new Map(about.models.map((one) => [one.name, one]));
  scenario = new Scenario(about.first);
  live = new Live(question, hear, fail);
  movers = [...about.budgets, ...about.weights].map((one) => new Mover(one, change));
  $("budgets").append(...movers.slice(0, about.budgets.length).map((mover) => mover.node));
  $("weights").append(...movers.slice(about.budgets.length).map((mover) => mover.node));
  showForms();
  showChoices($("year"), "All years", about.years.map((year) => [year, year]));
  showChoices($("area"), "All areas", about.areas.map((one) => [one.key, one.name]));
  $("year").parentElement.hidden = about.years.length < 2;
  $("area").parentElement.hidden = about.areas.length < 2;
  scenario.fromFragment(location.hash, forms);
  scenario.last = scenario.text();
  // The token has done its work: it need not stand in the address any longer.
  history.replaceState(null, "", `${location.pathname}${scenario.fragment}`);
  listen();
  jump();
  pins = readPins();
  if (pins.length) showPins();
  // On a narrow screen the answer is near when only the budgets stand open.
  if (matchMedia("(max-width: 56rem)").matches) for (const id of ["rules", "pool"]) $(id).open = false;
}

begin().catch((error) => {
  $("state").textContent = error.message;
});
