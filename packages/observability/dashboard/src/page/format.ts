const NONE = "–";
const number = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export function count(value: number): string {
  return value < 10 && !Number.isInteger(value) ? number.format(value) : whole.format(value);
}

export function percent(share: number | undefined): string {
  return share === undefined ? NONE : `${number.format(share * 100)} %`;
}

const UNITS = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
  ["ms", 0.001],
  ["µs", 0.000_001],
] as const;

/** Seconds in the largest unit of which there is one. */
export function duration(seconds: number | undefined): string {
  if (seconds === undefined) return NONE;
  const [unit, size] = UNITS.find(([, least]) => seconds >= least) ?? ["s", 1];
  return `${number.format(seconds / size)} ${unit}`;
}

/** A quantile of a histogram. Within the first bucket only its bound is known, such as "≤ 100 µs". */
export function quantileText(seconds: number | undefined, [first = 0]: readonly number[]): string {
  return seconds === undefined || seconds > first ? duration(seconds) : `≤ ${duration(first)}`;
}

const SIZES = [
  ["GiB", 2 ** 30],
  ["MiB", 2 ** 20],
  ["KiB", 2 ** 10],
  ["B", 1],
] as const;

export function bytes(size: number): string {
  const [unit, one] = SIZES.find(([, least]) => size >= least) ?? ["B", 1];
  return `${number.format(size / one)} ${unit}`;
}

export function time(at: number): string {
  return new Date(at).toLocaleTimeString("en-GB");
}

/** The distance of an instant from now, such as "in 5 min" or "5 min ago". */
export function distance(at: number | undefined, now: number): string {
  if (at === undefined) return "never";
  const text = duration(Math.abs(at - now) / 1_000);
  return at > now ? `in ${text}` : `${text} ago`;
}
