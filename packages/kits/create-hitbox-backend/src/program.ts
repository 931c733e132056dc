import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Ask, askAll } from "./ask-all.ts";
import { parseCapabilities } from "./capabilities.ts";
import { CreateError } from "./create-error.ts";
import { createProject, type ProjectOptions } from "./create-project.ts";
import { namesOf } from "./names.ts";

/** Exit codes. */
export const EXIT = { created: 0, failed: 1, usage: 2 } as const;

export interface ProgramStreams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  /** Asks a person. Undefined: there is nobody to ask. */
  readonly ask?: Ask | undefined;
}

export const USAGE = `Usage: npm create hitbox-backend <name> [directory] [options]

Writes a hitbox backend package that passes the conformance kit over a stand-in for your store's client.

  --client <package>  npm package of the store's client, such as ioredis
  --can <list>        abilities of the store: expiry, batches, clear, keys, leases, or all, or none
  --yes               ask nothing: what is not given is left out
  --help              print this

The directory is hitbox-backend-<name> by default, and must be empty.
`;

/** Runs the program. Resolves with its exit code: 0; 1 if nothing could be written; 2 for wrong usage. */
export async function runProgram(args: readonly string[], streams: ProgramStreams): Promise<number> {
  try {
    const parsed = parse(args);
    if (parsed === "help") {
      streams.stdout.write(USAGE);
      return EXIT.created;
    }
    const options = await complete(parsed, streams.ask);
    const files = await createProject(options);
    streams.stdout.write(done(options, files.length));
    return EXIT.created;
  } catch (error) {
    const isUsage = error instanceof CreateError || isParseError(error);
    streams.stderr.write(`${(error as Error).message}\n${isUsage ? "See --help.\n" : ""}`);
    return isUsage ? EXIT.usage : EXIT.failed;
  }
}

interface Parsed {
  readonly name: string | undefined;
  readonly directory: string | undefined;
  readonly client: string | undefined;
  readonly can: string | undefined;
  readonly isSilent: boolean;
}

function parse(args: readonly string[]): Parsed | "help" {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      client: { type: "string" },
      can: { type: "string" },
      yes: { type: "boolean", short: "y" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return "help";
  const [name, directory, ...more] = positionals;
  if (more.length > 0) throw new CreateError("There are more arguments than a name and a directory.");
  return { name, directory, client: values.client, can: values.can, isSilent: values.yes === true };
}

async function complete(parsed: Parsed, ask: Ask | undefined): Promise<ProjectOptions> {
  const { name, client, can } = ask && !parsed.isSilent ? await askAll(parsed, ask) : parsed;
  if (name === undefined) throw new CreateError("The name of the store is missing, such as my-store.");
  const { packageName } = namesOf(name);
  return {
    name,
    directory: resolve(parsed.directory ?? packageName),
    client,
    can: parseCapabilities(can ?? "none"),
  };
}

function done({ directory, name }: ProjectOptions, files: number): string {
  return `${namesOf(name).packageName}: ${files} files in ${directory}

  cd ${directory}
  npm install
  npm test          passes over the stand-in in src/client.ts

Then put your store's client in src/client.ts, and run the test again: the first failure is the next step.
`;
}

function isParseError(error: unknown): boolean {
  return String((error as { code?: unknown }).code).startsWith("ERR_PARSE_ARGS");
}
