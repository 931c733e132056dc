import { random } from "./random.mjs";

/** The minute that every step goes through. Times are milliseconds since its start. */
export const STORY = {
  end: 60_000,
  requestsPerSecond: 40,
  products: 100,
  processes: 2,
  /** All processes are replaced by new ones. */
  restart: 20_000,
  /** The database answers with errors. */
  down: { from: 30_000, to: 36_000 },
  /** The database takes two seconds for each query. */
  slow: { from: 41_000, to: 47_000 },
  /** The price of the most popular product changes each second. */
  changes: { from: 50_000, to: 58_000, every: 1_000 },
};

/** When which process is asked for which product: popular products far more often, by Zipf's law. */
export function requests({ end, requestsPerSecond, products, processes } = STORY) {
  const chance = random(7);
  const shares = Array.from({ length: products }, (_, rank) => 1 / (rank + 1));
  const total = shares.reduce((sum, share) => sum + share);
  const product = () => {
    let left = chance() * total;
    const rank = shares.findIndex((share) => (left -= share) < 0);
    return rank === -1 ? products - 1 : rank;
  };
  return Array.from({ length: (end / 1_000) * requestsPerSecond }, (_, index) => ({
    at: Math.round((index * 1_000) / requestsPerSecond),
    process: Math.floor(chance() * processes),
    product: product(),
  }));
}
