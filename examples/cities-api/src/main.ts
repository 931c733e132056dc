import { runLoad } from "./load-run.ts";
import { DEFAULT_LMDB, type Options, parseOptions, USAGE, UsageError } from "./options.ts";
import { serve } from "./serve.ts";

const INTERRUPTED = 130;

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2), process.env);
  if (options.command === "help") console.log(USAGE);
  if (options.command === "serve") await serve(serviceSettings(options));
  return options.command === "load" ? load(options) : 0;
}

function serviceSettings(options: Extract<Options, { command: "serve" }>): Parameters<typeof serve>[0] {
  const { lmdbPath = DEFAULT_LMDB, redisPrefix = "cities-api", ...rest } = options;
  return { ...rest, lmdbPath, redisPrefix };
}

async function load(options: Extract<Options, { command: "load" }>): Promise<number> {
  const interrupt = new AbortController();
  // One Ctrl-C arrives more than once: from the terminal, and handed on by whoever started this.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interrupt.abort());
  try {
    await runLoad(options, interrupt.signal);
    return 0;
  } catch (error) {
    if (interrupt.signal.aborted) return INTERRUPTED;
    throw error;
  }
}

function fail(error: unknown): number {
  const message = error instanceof Error ? error.message : String(error);
  console.error(error instanceof UsageError ? `${message}\n\n${USAGE}` : `cities-api: ${message}`);
  return error instanceof UsageError ? 2 : 1;
}

process.exitCode = await main().catch(fail);
