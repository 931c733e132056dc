import { random } from "./random.mjs";
import { STORY } from "./story.mjs";

const SLOW_MS = 2_000;
const ERROR_MS = 5;

/** A database of prices that takes 30 to 50 ms for a query, and has a bad minute. */
export class Database {
  /** Times of the queries, in milliseconds since the start. */
  queries = [];
  #versions = new Map();
  #time;
  #chance = random(3);

  constructor(time) {
    this.#time = time;
  }

  /** How often the price of a product has changed. */
  version(product) {
    return this.#versions.get(product) ?? 0;
  }

  change(product) {
    this.#versions.set(product, this.version(product) + 1);
  }

  async price(product) {
    const { elapsed } = this.#time;
    this.queries.push(elapsed);
    if (within(elapsed, STORY.down)) {
      await this.#time.wait(ERROR_MS);
      throw new Error("The database is down");
    }
    await this.#time.wait(within(elapsed, STORY.slow) ? SLOW_MS : 30 + 20 * this.#chance());
    return { product, version: this.version(product) };
  }
}

function within(at, { from, to }) {
  return at >= from && at < to;
}
