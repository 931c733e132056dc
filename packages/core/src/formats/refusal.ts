const SHOWN_STEPS = 20;
const SHOWN_NAME = 40;
const PLAIN_NAME = /^[A-Za-z_$][\w$]{0,39}$/;

/** A value that a format cannot keep, and the path to it, which grows while the error travels up. */
export class Refusal extends Error {
  readonly #steps: string[] = [];

  /** Adds the step that leads to the value from the level above: a result of `nameStep` or `[index]`. */
  under(step: string): this {
    this.#steps.push(step);
    return this;
  }

  /** The error for the caller: `value.list[1].call: …`. */
  explained(): TypeError {
    const steps = this.#steps.reverse();
    const more = steps.length > SHOWN_STEPS ? "…" : "";
    return new TypeError(`value${steps.slice(0, SHOWN_STEPS).join("")}${more}: ${this.message}`);
  }
}

/** `error`, with one more step of the path if it is a refusal. */
export function refusalUnder(step: string, error: unknown): unknown {
  return error instanceof Refusal ? error.under(step) : error;
}

/** `error` as the caller gets it. */
export function explained(error: unknown): unknown {
  return error instanceof Refusal ? error.explained() : error;
}

/** The step of a property. Names are data: unusual characters are escaped, and long names are cut. */
export function nameStep(name: string): string {
  if (PLAIN_NAME.test(name)) return `.${name}`;
  const cut = name.length > SHOWN_NAME ? `${name.slice(0, SHOWN_NAME)}…` : name;
  return `[${JSON.stringify(cut).replace(/[^\x20-\x7e…]/g, escapeUnit)}]`;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
