import { readFile } from "node:fs/promises";
import { cacheBackend, cacheValue } from "@hitbox/core";
import { startDynalite } from "@hitbox/test-servers";
import { expect, test } from "vitest";
import { createTable, type DynamoDbOptions } from "../src/index.ts";
import { dynamodb } from "./patient.ts";
import { clientOf, commandsOf } from "./support.ts";

const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");

/** The actions that the README names from `start` on, until `end`. */
function actions(start: string, end: string): string[] {
  const text = readme.slice(readme.indexOf(start), readme.indexOf(end, readme.indexOf(start)));
  return [...text.matchAll(/dynamodb:(\w+)/g)].map(([, action]) => `${action}`).sort();
}

/** The actions that every operation takes, together. */
async function used(options: Pick<DynamoDbOptions, "sortKey">): Promise<string[]> {
  const server = await startDynalite();
  await createTable(clientOf(server), { table: "cache", ...options });
  const client = clientOf(server);
  const commands = commandsOf(client);
  for (const chunking of [false, true]) {
    const cache = cacheBackend(dynamodb({ client, table: "cache", chunking, ...options }));
    const many = ["a", "b"].map((key) => [key, cacheValue(key.repeat(chunking ? 500_000 : 1))] as const);
    await cache.setMany(many);
    await cache.getMany(["a", "b"]);
    await cache.get("a");
    await cache.deleteMany(["a", "b"]);
    const { fence } = await cache.lease("c", 1_000);
    await cache.setFenced("c", cacheValue(1), fence);
    await cache.releaseLease("c", fence);
    if (options.sortKey) await cache.clear();
  }
  await server.close();
  return [...new Set(commands)].sort();
}

const STACKS = [
  ["CloudFormation", "CloudFormation:", "CDK, in"],
  ["CDK", "CDK, in", "Terraform:"],
  ["Terraform", "Terraform:", "A table with a sort key"],
] as const;

test.each(STACKS)(
  "the README's policy for %s has the actions that are needed, and no more",
  async (_, start, end) => {
    expect(actions(start, end)).toEqual(await used({}));
  },
);

test("a table with a sort key needs what the README says, and no more", async () => {
  const more = actions("A table with a sort key", "for `clear`");
  expect([...actions("CloudFormation:", "CDK, in"), ...more].sort()).toEqual(await used({ sortKey: "sk" }));
});

test("createTable needs what the README says", async () => {
  const server = await startDynalite();
  const client = clientOf(server);
  const commands = commandsOf(client);
  await createTable(client, { table: "cache" });
  await server.close();
  // A table that takes its time is looked at more than once.
  expect([...new Set(commands)].sort()).toEqual(actions("`createTable` itself", "**With a sort key**"));
});
