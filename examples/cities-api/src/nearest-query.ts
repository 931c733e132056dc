import type { NearestQuery } from "./nearest.ts";

/** A parameter of the request is wrong. The message is a sentence that names it. */
export class BadParameter extends Error {
  readonly parameter: string;

  constructor(parameter: string, rule: string) {
    super(`${parameter} ${rule}.`);
    this.parameter = parameter;
  }
}

const KNOWN: readonly string[] = ["lat", "lon", "n"];

/**
 * `lat` and `lon` in degrees, and `n`, 1 to 50, default 5. Equal places give equal numbers however they are written
 * (`48.850`, `4.885e1`), so that they share a cache key.
 *
 * @throws BadParameter for the first one that is unknown, missing, repeated, no number or out of range.
 */
export function parseNearestQuery(parameters: URLSearchParams): NearestQuery {
  for (const name of parameters.keys()) {
    if (!KNOWN.includes(name)) throw new BadParameter(name, "is not a parameter; there are lat, lon and n");
  }
  return {
    lat: within("lat", required(parameters, "lat"), 90),
    lon: within("lon", required(parameters, "lon"), 180),
    n: count(single(parameters, "n") ?? "5"),
  };
}

function required(parameters: URLSearchParams, name: string): string {
  const value = single(parameters, name);
  if (value === undefined) throw new BadParameter(name, "is missing");
  return value;
}

function single(parameters: URLSearchParams, name: string): string | undefined {
  const values = parameters.getAll(name);
  if (values.length > 1) throw new BadParameter(name, "is given more than once");
  return values[0];
}

function within(name: string, value: string, limit: number): number {
  const degrees = number(name, value);
  if (Math.abs(degrees) > limit) throw new BadParameter(name, `must be from -${limit} to ${limit}`);
  return degrees;
}

function count(value: string): number {
  const n = number("n", value);
  if (!Number.isInteger(n)) throw new BadParameter("n", "must be a whole number");
  if (n < 1 || n > 50) throw new BadParameter("n", "must be from 1 to 50");
  return n;
}

// Number() alone takes "", " 1", "0x10" and "Infinity".
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function number(name: string, value: string): number {
  if (!NUMBER.test(value)) throw new BadParameter(name, "must be a number");
  return Number(value);
}
