import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { type RedisServer, startRedis } from "@hitbox/test-servers";
import { build as buildPackages, type Program, runProgram } from "@hitbox/test-support";
import { afterAll, beforeAll } from "vitest";

const STORES = ["redis", "lmdb", "sqlite", "postgres", "mysql", "memcached", "dynamodb", "s3"];
const BIN = fileURLToPath(new URL("../../dist/bin.js", import.meta.url));

/** Brings the builds up to date: the program is run as a user runs it. */
export function build(): void {
  buildPackages("observability/cli", ...STORES.map((name) => `backends/${name}`));
}

/** Builds, and gives the tests of a file one Redis. */
export function builtBesideRedis(): () => RedisServer {
  let server: RedisServer;
  beforeAll(async () => {
    build();
    server = await startRedis();
  }, 300_000);
  afterAll(() => server?.close());
  return () => server;
}

export interface Ended {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface HitboxOptions {
  readonly cwd?: string;
  readonly environment?: NodeJS.ProcessEnv;
}

/** Starts `hitbox` with these arguments. */
export function startHitbox(args: readonly string[], options: HitboxOptions = {}): Program {
  const { cwd = tmpdir(), environment = {} } = options;
  return runProgram([BIN, ...args], { cwd, environment });
}

/** Runs `hitbox` until it has ended. */
export async function hitbox(args: readonly string[], options: HitboxOptions = {}): Promise<Ended> {
  const program = startHitbox(args, options);
  const code = await program.ended;
  return { code, stdout: program.stdout(), stderr: program.stderr() };
}

/** The answer of a command, which is JSON where the output is no terminal. */
export async function answer<T>(...args: readonly string[]): Promise<T> {
  const { stdout, stderr } = await hitbox(args);
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

/** The answers of a command that prints a line for each. */
export async function answers<T>(...args: readonly string[]): Promise<T[]> {
  const { stdout } = await hitbox(args);
  return stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}
