import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { LoadSettings } from "./load.ts";

export const USAGE = `npm start [-- options]

Without options: drives a load through the service twice, with a restart in between, checks every
answer and prints where the answers came from.

  --serve               stay up until Ctrl-C, without a load
  --port <n>            port of --serve; 0: any free one (PORT; default 3000, or a free one if taken)
  --lmdb <directory>    where the LMDB file is kept (LMDB_PATH; default: .cache of the example for
                        --serve, and for a load a temporary directory that is removed)
  --redis-prefix <text> before every key in Redis (default: cities-api for --serve, and for a load
                        one of its own, whose keys are removed)
  --memory-entries <n>  entries that the memory tier holds (default 400)
  --requests <n>        requests of each of the two runs (default 40000)
  --places <n>          distinct queries among them (default 600)
  --concurrency <n>     connections (default 8)
  --seed <n>            another seed, another load (default 1)
  --help

REDIS_URL=redis://host:port makes Redis the second tier instead of LMDB.`;

/** What the user typed is wrong. The message says what. */
export class UsageError extends Error {}

interface Common {
  readonly memoryEntries: number;
  readonly redisUrl: string | undefined;
  readonly redisPrefix: string | undefined;
  readonly lmdbPath: string | undefined;
}

export interface ServeOptions extends Common {
  readonly command: "serve";
  readonly port: number | undefined;
}

export interface LoadOptions extends Common, LoadSettings {
  readonly command: "load";
  readonly concurrency: number;
}

export type Options = { readonly command: "help" } | ServeOptions | LoadOptions;

type Values = Readonly<Record<string, string | boolean | undefined>>;

/** @throws UsageError for an option that is unknown, misplaced or wrong. */
export function parseOptions(args: readonly string[], environment: NodeJS.ProcessEnv): Options {
  const values = parse(args);
  if (values.help) return { command: "help" };
  refuse(values, values.serve ? FOR_LOAD : FOR_SERVE, values.serve ? "is not for --serve" : "needs --serve");
  const common = {
    memoryEntries: whole(values, "memory-entries", 400, 1, 1_000_000),
    redisUrl: redisUrl(environment.REDIS_URL),
    redisPrefix: text(values, "redis-prefix"),
    lmdbPath: text(values, "lmdb") ?? (environment.LMDB_PATH || undefined),
  };
  return values.serve
    ? { command: "serve", ...common, port: port(values, environment) }
    : { command: "load", ...common, ...loadOptions(values) };
}

const FOR_LOAD: readonly string[] = ["requests", "places", "concurrency", "seed"];
const FOR_SERVE: readonly string[] = ["port"];

function parse(args: readonly string[]): Values {
  const string = { type: "string" } as const;
  const boolean = { type: "boolean" } as const;
  const strings = ["port", "lmdb", "redis-prefix", "memory-entries", ...FOR_LOAD];
  const options = Object.fromEntries(strings.map((name) => [name, string]));
  try {
    return parseArgs({ args: [...args], options: { ...options, serve: boolean, help: boolean } }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function loadOptions(values: Values): LoadSettings & { readonly concurrency: number } {
  return {
    requests: whole(values, "requests", 40_000, 1, 10_000_000),
    places: whole(values, "places", 600, 1, 50_000),
    concurrency: whole(values, "concurrency", 8, 1, 1_000),
    seed: whole(values, "seed", 1, 0, 0xffff_ffff),
  };
}

function refuse(values: Values, names: readonly string[], reason: string): void {
  const found = names.find((name) => values[name] !== undefined);
  if (found !== undefined) throw new UsageError(`--${found} ${reason}`);
}

function port(values: Values, environment: NodeJS.ProcessEnv): number | undefined {
  const given = values.port !== undefined ? values : { port: environment.PORT || undefined };
  return given.port === undefined ? undefined : whole(given, "port", 0, 0, 65_535);
}

function whole(values: Values, name: string, fallback: number, min: number, max: number): number {
  const value = values[name];
  if (value === undefined) return fallback;
  const number = /^\d+$/.test(String(value)) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new UsageError(`--${name} must be a whole number from ${min} to ${max}; got ${value}`);
}

function text(values: Values, name: string): string | undefined {
  const value = values[name] as string | undefined;
  if (value === "") throw new UsageError(`--${name} must not be empty`);
  return value;
}

// The value is not repeated: it may hold a password.
function redisUrl(value: string | undefined): string | undefined {
  if (value === undefined || value === "") return undefined;
  if (URL.canParse(value) && ["redis:", "rediss:"].includes(new URL(value).protocol)) return value;
  throw new UsageError("REDIS_URL must be like redis://host:port or rediss://host:port");
}

/** Where `--serve` keeps its LMDB file unless told otherwise: beside the built code, in `.cache`. */
export const DEFAULT_LMDB: string = join(fileURLToPath(new URL("..", import.meta.url)), ".cache", "lmdb");
