// Sliders, boxes and switches: built from what the place and its forms of joint working have.

import { shareOf, shareText } from "./scenario.js";

let count = 0;

// An element with attributes and children; text is only ever set as text.
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== undefined) node.setAttribute(name, String(value));
  }
  node.append(...children);
  return node;
}

function swatch(style) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("class", "swatch");
  drawing.setAttribute("viewBox", "0 0 10 10");
  drawing.setAttribute("aria-hidden", "true");
  const square = document.createElementNS(space, "rect");
  square.setAttribute("class", style);
  square.setAttribute("width", "10");
  square.setAttribute("height", "10");
  drawing.append(square);
  return drawing;
}

function figure(about, percent) {
  const amount = about.base * (1 + percent / 100);
  const digits = { minimumFractionDigits: about.decimals, maximumFractionDigits: about.decimals };
  return `${amount < 0 ? "-" : ""}${about.before}${Math.abs(amount).toLocaleString("en-GB", digits)}${about.after}`;
}

// A slider with a number box, both in per cent of today's figure.
export class Mover {
  constructor(about, change) {
    this.about = about;
    this.change = change;
    const id = `move-${(count += 1)}`;
    this.slider = make("input", {
      type: "range", id, min: about.low, max: about.high, step: 1, value: 0, "aria-describedby": `${id}-now`,
    });
    this.box = make("input", {
      type: "number", id: `${id}-box`, min: -100, max: 1000, step: 0.1, value: 0, inputmode: "decimal",
    });
    this.now = make("span", { id: `${id}-now`, class: "now" });
    const label = make("label", { for: id }, about.label);
    if (about.style) label.prepend(swatch(about.style));
    const boxLabel = make("label", { for: `${id}-box`, class: "unseen" }, `${about.label}: change in per cent`);
    const box = make("span", { class: "box" }, boxLabel, this.box, make("span", { "aria-hidden": "true" }, "%"));
    this.node = make("div", { class: "mover", "data-key": about.key }, label, this.now, this.slider, box);
    this.slider.addEventListener("input", () => this.moved(Number(this.slider.value), false));
    this.slider.addEventListener("change", () => this.moved(Number(this.slider.value), true));
    this.box.addEventListener("change", () => this.typed());
    this.show(0);
  }

  typed() {
    const percent = Number(this.box.value);
    if (this.box.value.trim() === "" || !Number.isFinite(percent)) return this.show(this.percent);
    return this.moved(Math.min(Math.max(percent, -100), 1000), true);
  }

  moved(percent, done) {
    this.show(percent);
    this.change(this.about.key, shareText(percent), done);
  }

  show(percent) {
    this.percent = percent;
    this.slider.value = String(percent);
    if (Number(this.box.value) !== percent || this.box.value === "") this.box.value = String(percent);
    const today = figure(this.about, 0);
    this.now.textContent = percent ? `${today} → ${figure(this.about, percent)}` : today;
    this.slider.setAttribute("aria-valuetext", `${shareText(percent) || "as today"}, ${figure(this.about, percent)}`);
    this.node.classList.toggle("moved", Boolean(percent));
  }

  // Follow the scenario; a figure that is no share is left to the list of other changes.
  follow(changes) {
    this.show(shareOf(changes.get(this.about.key)) ?? 0);
  }
}

function toggle(about, on, flip) {
  const id = `switch-${(count += 1)}`;
  const box = make("input", { type: "checkbox", id, checked: on, "aria-describedby": about.note ? `${id}-note` : false });
  if (about.key) box.dataset.key = about.key;
  if (about.kind) box.dataset.kind = about.kind;
  box.addEventListener("change", () => flip(box.checked));
  const row = make("div", { class: "switch" }, box, make("label", { for: id }, about.label));
  if (about.note) row.append(make("p", { class: "small", id: `${id}-note` }, about.note));
  return row;
}

// The switches of a form of joint working, standing as the scenario has them.
export function showSwitches(node, form, changes, change) {
  const focused = document.activeElement?.dataset?.key;
  node.replaceChildren(
    ...form.switches.map((about) => {
      const on = changes.has(about.key) ? changes.get(about.key) === "true" : about.on;
      return toggle(about, on, (value) => change(about.key, value === about.on ? "" : String(value), true));
    }),
  );
  refocus(node, "key", focused);
}

export const PARTNERS = "pooling.pot.partners";

// Partners in and out of the pot.
export function showPartners(node, form, changes, change) {
  const focused = document.activeElement?.dataset?.kind;
  const inside = partnersIn(form, changes);
  const rows = form.partners.map((about) =>
    toggle(about, inside.has(about.kind), (on) => {
      const now = partnersIn(form, changes);
      if (on) now.add(about.kind);
      else now.delete(about.kind);
      const same = form.partners.every((one) => now.has(one.kind) === one.on);
      const kinds = form.partners.map((one) => one.kind).filter((kind) => now.has(kind));
      change(PARTNERS, same ? "" : JSON.stringify(kinds), true);
    }),
  );
  node.replaceChildren(node.querySelector("legend"), ...rows);
  refocus(node, "kind", focused);
}

function partnersIn(form, changes) {
  const usual = form.partners.filter((one) => one.on).map((one) => one.kind);
  if (!changes.has(PARTNERS)) return new Set(usual);
  try {
    const kinds = JSON.parse(changes.get(PARTNERS));
    return new Set(Array.isArray(kinds) ? kinds : usual);
  } catch {
    return new Set(usual);
  }
}

// Who of the usual partners is out of the pot, in words.
export function without(form, changes) {
  const inside = partnersIn(form, changes);
  const out = form.partners.filter((one) => one.on && !inside.has(one.kind)).map((one) => one.label);
  return out.length ? `without ${out.join(", ")}` : "more partners";
}

function refocus(node, name, value) {
  if (value === undefined) return;
  for (const box of node.querySelectorAll("input")) if (box.dataset[name] === value) box.focus();
}

// Choices of a select, the first for all.
export function showChoices(select, all, entries) {
  const first = all ? [make("option", { value: "" }, all)] : [];
  select.replaceChildren(...first, ...entries.map(([key, name]) => make("option", { value: key }, name)));
}
