import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type DynamoDbServer, type RedisServer, startDynalite, startRedis } from "@hitbox/test-servers";
import { build, quickly } from "@hitbox/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { workspacePackages } from "../checks/workspace-packages.mjs";
import { findSnippets } from "../snippets/find-snippets.ts";
import { exportsOf } from "../snippets/implied-imports.ts";
import { type Outcome, runNode } from "../snippets/run-program.ts";
import { groupsOf, runSnippets } from "../snippets/run-snippets.ts";
import type { Snippet } from "../snippets/snippet.ts";
import { writeProject } from "../snippets/snippet-project.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");
/** Characters of a failed snippet's output that are shown. */
const SHOWN = 4_000;

const snippets = findSnippets(ROOT);
const packages = await workspacePackages();
let redis: RedisServer;
let dynamoDb: DynamoDbServer;
let compiled: Outcome;

beforeAll(async () => {
  redis = await startRedis();
  dynamoDb = await startDynalite();
  build(...packages.map(({ path }) => path.slice("packages/".length)));
  const exports = new Map<string, string[]>();
  for (const { folder, directory } of packages) {
    const index = await readFile(join(directory, "src/index.ts"), "utf8");
    exports.set(folder, exportsOf(index));
  }
  const project = await writeProject(snippets, { root: ROOT, redisUrl: redis.url, exports });
  compiled = await runNode([TSC, "-p", project], { cwd: ROOT });
}, 120_000);

afterAll(async () => {
  await redis?.close();
  await dynamoDb?.close();
});

/** Where a snippet finds its servers; the AWS SDK goes by these names. */
function servers(): Record<string, string> {
  return {
    REDIS_URL: redis.url,
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint,
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  };
}

test("every snippet compiles under the repository's own flags", () => {
  expect(compiled.status, compiled.output).toBe(0);
});

test("the README shows code that is tested", () => {
  expect(snippets.filter(({ file, mode }) => file === "README.md" && mode === "run")).not.toHaveLength(0);
});

/** How many of the READMEs and pages, and of the guides, the quick tests run: the first snippet of each. */
const QUICK = { pages: 12, guides: 8 };

const isGuide = ({ file }: Snippet): boolean => /^docs\/(?:guides|start)\//.test(file);
const played = snippets.filter(({ mode }) => mode === "run");
const firsts = played.filter(({ file }, index) => played[index - 1]?.file !== file);
const first = [
  ...firsts.filter((snippet) => !isGuide(snippet)).slice(0, QUICK.pages),
  ...firsts.filter(isGuide).slice(0, QUICK.guides),
];
const runnable = [...first, ...played.filter((snippet) => !first.includes(snippet))];

const chosen = quickly(runnable, first.length);
const groups = groupsOf(chosen);
const outcomes = new Map<readonly Snippet[], Promise<Outcome>>();

/** Of all of the snippets that run in one process with this one. */
function outcomeOfGroup(snippet: Snippet): Promise<Outcome> {
  const group = groups.find((each) => each.includes(snippet)) ?? [snippet];
  const outcome = outcomes.get(group) ?? runSnippets(group, { root: ROOT, environment: servers() });
  outcomes.set(group, outcome);
  return outcome;
}

test.for(chosen.map((snippet) => [`${snippet.file}:${snippet.line}`, snippet] as const))(
  "%s runs as printed",
  async ([, snippet]) => {
    if ((await outcomeOfGroup(snippet)).status === 0) return;
    // Which of them it was shows when each runs alone.
    const { status, output } = await runSnippets([snippet], { root: ROOT, environment: servers() });
    expect(status, output.slice(0, SHOWN)).toBe(0);
  },
);

test("snippets run together as they do alone", async () => {
  for (const group of groups) {
    const { status, output } = await outcomeOfGroup(group[0] as Snippet);
    expect(status, output.slice(-SHOWN)).toBe(0);
  }
});
