const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** `1.5 KiB`. */
export function bytes(count: number): string {
  const power = count < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(count) / 10));
  const amount = count / 1_024 ** power;
  return `${power === 0 ? amount : amount.toFixed(1)} ${UNITS[power]}`;
}

const SPANS: readonly (readonly [name: string, ms: number])[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
];

/** `1.5 h`, from milliseconds. */
export function span(ms: number): string {
  const found = SPANS.find(([, length]) => Math.abs(ms) >= length);
  return found === undefined ? `${Math.round(ms)} ms` : `${trimmed(ms / found[1])} ${found[0]}`;
}

function trimmed(amount: number): string {
  return Number(amount.toFixed(1)).toString();
}

/** `in 5 min` or `5 min ago`. */
export function when(at: number, now: number): string {
  return at >= now ? `in ${span(at - now)}` : `${span(now - at)} ago`;
}

/** `1 key`, `2 keys`. */
export function count(number: number, one: string, several = `${one}s`): string {
  return `${number} ${number === 1 ? one : several}`;
}
