import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startDynalite } from "@hitbox/test-servers";
import { buildExample } from "@hitbox/test-support";
import { beforeAll, expect, test } from "vitest";

const EXAMPLE = fileURLToPath(new URL("..", import.meta.url));
const run = promisify(execFile);

beforeAll(() => buildExample(EXAMPLE), 120_000);

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built example; without a DYNAMODB_ENDPOINT unless one is given. */
async function runExample(environment: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const { DYNAMODB_ENDPOINT: _, ...rest } = process.env;
  const env = { ...rest, NODE_OPTIONS: "--no-warnings", ...environment };
  return run(process.execPath, ["dist/main.js"], { cwd: EXAMPLE, env }).then(
    (output) => ({ code: 0, ...output }),
    (error) => error as Outcome,
  );
}

/** Who answered, and what was sent, by scenario. */
function rows(stdout: string): Record<string, readonly string[]> {
  const lines = stdout.split("\n").slice(3, -1);
  return Object.fromEntries(
    lines.map((line) => {
      const [scenario = "", answeredBy = "", , requests = ""] = line.split(/ {2,}/);
      return [scenario, [answeredBy, requests]];
    }),
  );
}

test("every scenario has its row: who answered, and which requests it took", async () => {
  const { code, stdout, stderr } = await runExample();
  expect([code, stderr]).toEqual([0, ""]);
  expect(rows(stdout)).toMatchObject({
    "fill DynamoDB with 200 profiles": ["dynamodb", "8 BatchWriteItem"],
    "get all 200 at once": ["dynamodb", "2 BatchGetItem"],
    "get them again": ["memory", ""],
    "get one in a new process": ["dynamodb", "1 GetItem"],
    "of ten processes one loads what is missing": ["1 loaded", expect.stringContaining("PutItem")],
    "set and get 1 MB, in parts": ["dynamodb", expect.stringContaining("1 BatchWriteItem, 1 PutItem")],
    "delete one, everywhere": ["memory and dynamodb", "1 DeleteItem"],
    "get the other 199 while DynamoDB is gone": ["memory", ""],
    "get the one that was deleted": ["error: connection", "1 GetItem"],
  });
});

test("a DynamoDB that DYNAMODB_ENDPOINT names is used", async () => {
  const server = await startDynalite();
  const { code, stdout } = await runExample({ DYNAMODB_ENDPOINT: server.endpoint });
  await server.close();
  expect(code).toBe(0);
  expect(stdout).toContain(`DynamoDB is the one at ${server.endpoint}`);
  expect(Object.keys(rows(stdout))).toHaveLength(7);
});

test("a DYNAMODB_ENDPOINT where nobody listens is an error", async () => {
  const { code, stdout, stderr } = await runExample({ DYNAMODB_ENDPOINT: "http://127.0.0.1:1" });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^dynamodb-tier: .*ECONNREFUSED/);
});
