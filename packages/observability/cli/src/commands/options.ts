import { UsageError } from "../usage-error.ts";
import type { Option, Values } from "./command.ts";

/** Options of every command. */
export const COMMON: Readonly<Record<string, Option>> = {
  store: {
    type: "string",
    short: "s",
    value: "STORE",
    help: "the store; else $HITBOX_STORE, else hitbox.config.js here",
  },
  prefix: {
    type: "string",
    short: "p",
    value: "PREFIX",
    help: "prefix of the store's keys (default hitbox)",
  },
  coherence: { type: "string", value: "KIND", help: "how services hear of changes: tracking, bus or notify" },
  json: { type: "boolean", help: "print JSON; the default if the output is no terminal" },
  text: { type: "boolean", help: "print text, if the output is no terminal too" },
  help: { type: "boolean", short: "h", help: "print this" },
};

export const RATE: Option = {
  type: "string",
  value: "N",
  help: "most entries a second that the store is asked for",
};

export const YES: Option = { type: "boolean", short: "y", help: "do it; without, it is only counted" };

/** A whole number, within bounds. */
export function wholeNumber(values: Values, name: string, byDefault: number, most: number): number {
  const text = values[name];
  if (text === undefined) return byDefault;
  const number = typeof text === "string" && /^\d{1,12}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= most) return number;
  throw new UsageError(`--${name} is not a whole number from 1 to ${most}. Write --${name} ${byDefault}`);
}

export function rate(values: Values): number {
  return wholeNumber(values, "rate", 5_000, 1_000_000);
}

export function textOption(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}
