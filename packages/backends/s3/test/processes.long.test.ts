import { cacheBackend } from "@hitbox/core";
import { build, type Child, startChild } from "@hitbox/test-support";
import { beforeAll, expect, it } from "vitest";
import { s3 } from "../src/index.ts";
import { BUCKET, FAR_DEADLINE, freshPrefix, useServer } from "./support.ts";

const { server, source } = useServer();
beforeAll(() => build("backends/s3"), 120_000);

/** Has `@aws-sdk/client-s3` be the oldest version that is supported. */
const OLDEST = `
  import { register } from "node:module";
  const hook = \`export const resolve = (name, context, next) =>
    next(name === "@aws-sdk/client-s3" ? "client-s3-oldest" : name, context)\`;
  register("data:text/javascript," + encodeURIComponent(hook));
`;

const PREAMBLE = `
  const { cacheBackend, cacheValue } = await import("@hitbox/core");
  const { s3 } = await import("../dist/index.js");
  const [endpoint, accessKeyId, secretAccessKey, bucket, prefix] = process.argv.slice(1);
  const credentials = { accessKeyId, secretAccessKey };
  const cache = cacheBackend(s3({ endpoint, credentials, bucket, prefix, timeout: ${FAR_DEADLINE} }));
`;

function start(prefix: string, body: string, sdk: "oldest" | "newest" = "newest"): Child {
  const { endpoint, credentials } = server();
  return startChild((sdk === "oldest" ? OLDEST : "") + PREAMBLE + body, {
    cwd: import.meta.dirname,
    args: [endpoint, credentials.accessKeyId, credentials.secretAccessKey, BUCKET, prefix],
  });
}

const KEYS = 20;
const ROUNDS = 15;

/** Asks for the lease of each key, then counts in one entry under leases, and ends by itself, unclosed. */
const RACER = `
  say("ready"); await hear();
  const granted = [];
  for (let key = 0; key < ${KEYS}; key++)
    if ((await cache.lease("key-" + key, 300_000)).granted) granted.push(key);
  say(granted.join(" "));
  for (let round = 0; round < ${ROUNDS}; ) {
    const lease = await cache.lease("count", 60_000);
    if (!lease.granted) continue;
    const count = (await cache.get("count"))?.data ?? 0;
    if (await cache.setFenced("count", cacheValue(count + 1), lease.fence)) round++;
  }
`;

it("one of two processes gets each lease, and none loses a count: one has the oldest SDK", async () => {
  const prefix = freshPrefix();
  const racers = [start(prefix, RACER), start(prefix, RACER, "oldest")];
  for (const racer of racers) expect(await racer.hear()).toBe("ready");
  for (const racer of racers) racer.say("go");
  const granted = await Promise.all(
    racers.map(async (racer) => `${await racer.hear()}`.split(" ").filter(Boolean)),
  );
  expect(
    granted
      .flat()
      .map(Number)
      .sort((a, b) => a - b),
  ).toEqual(Array.from({ length: KEYS }, (_, key) => key));
  expect(await Promise.all(racers.map((racer) => racer.ended))).toEqual([0, 0]);
  const cache = cacheBackend(s3({ ...source(), prefix, timeout: FAR_DEADLINE }));
  expect((await cache.get("count"))?.data).toBe(2 * ROUNDS);
  await cache.close();
});
