import { type RedisServer, startRedis, until } from "@hitbox/test-servers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { build, startHitbox } from "./support/hitbox.ts";
import { freshPrefix } from "./support/service.ts";

let server: RedisServer;

beforeAll(async () => {
  build();
  server = await startRedis();
}, 300_000);

afterAll(() => server?.close());

it.each([
  [[], false],
  [["--yes"], true],
] as const)("serves a page of the store, which changes entries with --yes alone (%j)", async (more, may) => {
  const args = ["dashboard", "-s", server.url, "-p", freshPrefix(), "--port", "0", ...more];
  const program = startHitbox(args);
  await until("it serves", () => program.stdout().includes("http://"));
  const { url, changes } = JSON.parse(program.stdout().trim()) as { url: string; changes: boolean };
  expect(changes).toBe(may);
  const page = await fetch(url);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain("<html");
  program.child.kill("SIGINT");
  expect(await program.ended).toBe(0);
});

it("ends with a store that is away, and says so", async () => {
  const program = startHitbox(["dashboard", "-s", "redis://127.0.0.1:1", "--port", "0"]);
  expect(await program.ended).not.toBe(0);
  expect(program.stderr()).toContain("127.0.0.1:1");
});
