// The scenario on the page: a form of joint working and an ordered list of changes; its past, its address, its file.

const SHARE = /^([+-])(\d+(?:\.\d+)?)%$/;
const FACTOR = /^\*(\d+(?:\.\d+)?)$/;
const LONGEST = 200; // States that can be undone.

// A change in per cent as it is written after a key: 5 -> "+5%", nothing for 0.
export function shareText(percent) {
  const rounded = Math.round(percent * 10) / 10;
  if (!rounded) return "";
  return `${rounded > 0 ? "+" : "-"}${Math.abs(rounded)}%`;
}

// The per cent of such a change; null where it is no share.
export function shareOf(text) {
  if (text === undefined) return 0;
  const share = SHARE.exec(text);
  if (share) return Number(share[2]) * (share[1] === "+" ? 1 : -1);
  const factor = FACTOR.exec(text);
  return factor ? Math.round((Number(factor[1]) - 1) * 1000) / 10 : null;
}

export class Scenario {
  constructor(model) {
    this.model = model;
    this.changes = new Map();
    this.past = [];
    this.last = this.text();
  }

  // The change made last comes last, so that the solver has least to take back.
  set(key, value) {
    this.changes.delete(key);
    if (value) this.changes.set(key, value);
  }

  message() {
    return { model: this.model, changes: Object.fromEntries(this.changes) };
  }

  text() {
    return JSON.stringify([this.model, [...this.changes]]);
  }

  read(text) {
    const [model, changes] = JSON.parse(text);
    this.model = model;
    this.changes = new Map(changes);
  }

  // Note where a gesture ended, so that undo goes back to where it began.
  commit() {
    const text = this.text();
    if (text === this.last) return false;
    this.past = [...this.past, this.last].slice(-LONGEST);
    this.last = text;
    return true;
  }

  undo() {
    const before = this.past.pop();
    if (before === undefined) return;
    this.read(before);
    this.last = before;
  }

  get fragment() {
    const words = new URLSearchParams([["model", this.model], ...this.changes]);
    return `#${words}`;
  }

  // Take a scenario from the page's address; returns whether there was one.
  fromFragment(fragment, known) {
    const words = new URLSearchParams(fragment.replace(/^#/, ""));
    const model = words.get("model");
    if (!known.has(model)) return false;
    words.delete("model");
    this.model = model;
    this.changes = new Map(words);
    return true;
  }

  file(place) {
    return JSON.stringify({ place, ...this.message() }, null, 2) + "\n";
  }

  // Take a scenario from a file; throws what to say where it is none.
  fromFile(text, place, known) {
    let found;
    try {
      found = JSON.parse(text);
    } catch {
      throw new Error("This file is no scenario: it is not JSON.");
    }
    const changes = found && found.changes;
    const plain = changes && typeof changes === "object" && !Array.isArray(changes);
    if (!plain || !Object.values(changes).every((value) => typeof value === "string")) {
      throw new Error("This file is no scenario of this page: it lists no changes.");
    }
    if (!known.has(found.model)) throw new Error(`This page does not offer the form '${found.model}'.`);
    if (found.place !== place) throw new Error(`This scenario is of ${found.place}, not of ${place}.`);
    this.model = found.model;
    this.changes = new Map(Object.entries(changes));
  }
}
