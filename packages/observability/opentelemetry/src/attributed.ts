import { DEFINITIONS, type MetricName } from "@hitbox/recorder";
import type { Attributes } from "@opentelemetry/api";

/** Attributes of series, made once for each: a series always has the same list of labels. */
export class Attributed {
  readonly #known = new WeakMap<readonly string[], Attributes>();

  of(name: MetricName, labels: readonly string[]): Attributes {
    const known = this.#known.get(labels);
    if (known !== undefined) return known;
    const names = DEFINITIONS[name].labels;
    const made = Object.fromEntries(names.map((label, index) => [`hitbox.${label}`, labels[index]]));
    this.#known.set(labels, made);
    return made;
  }
}
