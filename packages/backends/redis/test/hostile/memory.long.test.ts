import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type RedisServer, startRedis } from "@hitbox/test-servers";
import { type HostileResult, noteHostile } from "@hitbox/test-support";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { build } from "../child.ts";
import { startLyingServer } from "./lying-server.ts";

const SCRIPT = join(import.meta.dirname, "inputs.mjs");
const MIB = 2 ** 20;

const FAR = 180_000;

let server: RedisServer;
let client: Redis;
beforeAll(async () => {
  build();
  server = await startRedis();
  client = new Redis({ port: server.port });
  await client.setrange("hitbox::long", 512 * MIB - 1, "x");
  for (let index = 1; index <= 8; index++) await client.setrange(`hitbox::large${index}`, 64 * MIB - 1, "x");
}, FAR);
afterAll(async () => {
  client.disconnect();
  await server.close();
});

/** Runs an input in a process of its own, `told` once it hears of changes. Resolves with what it took. */
async function measure(url: string, name: string, told?: () => Promise<unknown>): Promise<HostileResult> {
  const child = spawn(process.execPath, ["--expose-gc", SCRIPT, name, url], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    if (text.startsWith("up\n")) void told?.();
  });
  await once(child, "close");
  const result = JSON.parse(output.split("\n").at(-2) ?? "") as HostileResult;
  noteHostile(result);
  return result;
}

test.each([
  ["a value of 512 MiB", ["too-large"]],
  ["a value of 512 MiB, in a batch", ["too-large", "read"]],
  ["eight values of 64 MiB in a batch", ["read", "too-large"]],
  ["a lease over 512 MiB", ["too-large"]],
])(
  "%s: the process stays under 512 MiB",
  async (name, outcomes) => {
    const result = await measure(server.url, name);
    expect(result).toMatchObject({ outcomes });
    expect(result.peakMiB).toBeLessThan(512);
  },
  FAR,
);

// The server itself hangs up on a subscriber that is 32 MB behind.
test(
  "a message of 30 MiB on the bus is a gap, and the process stays under 512 MiB",
  async () => {
    const publish = () =>
      client.eval(`return redis.call("PUBLISH", "hitbox::changes", string.rep("x", ${30 * MIB}))`, 0);
    const result = await measure(server.url, "a message of 30 MiB on the bus", publish);
    expect(result.peakMiB).toBeLessThan(512);
  },
  FAR,
);

test.each([
  ["an array of numbers without end", "*9999999\r\n", ":1\r\n"],
  ["a string without end", "$99999999999\r\n", "xxxx"],
  ["a line without end", "+", "xxxx"],
])(
  "%s: the process stays under 512 MiB",
  async (name, begin, more) => {
    const lying = await startLyingServer();
    onTestFinished(() => lying.close());
    lying.lie = [Buffer.from(begin), Buffer.alloc(256 * MIB, more)];
    expect((await measure(`redis://127.0.0.1:${lying.port}`, name)).peakMiB).toBeLessThan(512);
  },
  FAR,
);
