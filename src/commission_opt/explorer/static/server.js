// Asking the page's own program, one question at a time.

const QUIET = 150; // Milliseconds without a further change before tables are asked for.
const POLL = 400; // Milliseconds between questions about work in the background.

export class Failure extends Error {}

async function post(path, message) {
  let answer;
  try {
    answer = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(message),
    });
  } catch {
    throw new Failure("The program behind this page does not answer. Start commission-opt explore again.");
  }
  if (answer.status === 403) throw new Failure("This page was opened for another run. Open the address printed last.");
  if (!answer.ok && answer.status !== 409) throw new Failure(`The program refused the request (${answer.status}).`);
  return answer;
}

export async function describe() {
  const answer = await fetch("place");
  if (!answer.ok) throw new Failure("This page was opened for another run. Open the address printed last.");
  return answer.json();
}

export async function comparePins(pins) {
  return (await (await post("pins", { pins })).json()).html;
}

export async function takeFile(scenario, what) {
  const answer = await post("errand", { scenario, what });
  if (answer.status === 409) throw new Failure((await answer.json()).headline);
  return answer.blob();
}

// What is proven of a scenario while it is being solved: a sentence, or nothing.
export async function meanwhile(scenario) {
  return (await (await post("errand", { scenario, what: "meanwhile" })).json()).text;
}

// Work in the background: asked about again and again until it is done, or until nobody wants it any more.
export async function errand(message, tell, wanted) {
  for (;;) {
    const job = await (await post("errand", message)).json();
    if (!wanted()) return null;
    if (job.state === "failed") throw new Failure(job.result);
    if (job.state === "done") return job.result;
    tell(job.told);
    await new Promise((resolve) => setTimeout(resolve, POLL));
    if (!wanted()) return null;
  }
}

// The live answer: at most one question under way, always the newest next. While the hand moves, the value alone is
// asked for; once it rests, the tables follow. An answer to what is no longer asked is dropped.
export class Live {
  constructor(question, hear, fail) {
    this.question = question; // (withTables) -> message
    this.hear = hear;
    this.fail = fail;
    this.sequence = 0;
    this.generation = 0;
    this.busy = false;
    this.wanted = false;
    this.tables = false;
    this.seconds = 0;
    this.warm = "";
    this.timer = 0;
  }

  // The first answer of a form takes longer than those after it, and says nothing of them.
  clock(model, seconds) {
    this.seconds = model === this.warm ? seconds : 0;
    this.warm = model;
  }

  // Whether answers take so long that a slider is better let go first.
  get slow() {
    return this.seconds > 1.5;
  }

  move() {
    this.wanted = true;
    this.sequence += 1;
    this.pump();
  }

  jump() {
    this.generation += 1;
    this.move();
  }

  show() {
    this.tables = true;
    this.pump();
  }

  async pump() {
    if (this.busy || !(this.wanted || this.tables)) return;
    clearTimeout(this.timer);
    const withTables = !this.wanted;
    const generation = this.generation;
    const sequence = this.sequence;
    this.wanted = this.tables = false;
    this.busy = true;
    try {
      const message = { ...this.question(withTables), sequence };
      const answer = await (await post("solve", message)).json();
      if (!withTables) this.clock(message.scenario.model, answer.seconds);
      const stale = generation !== this.generation || (withTables && sequence !== this.sequence);
      if (!stale) {
        this.hear(answer, withTables);
        const more = !withTables && answer.status === "optimal";
        if (more) this.timer = setTimeout(() => this.show(), QUIET);
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.busy = false;
    }
    this.pump();
  }
}
