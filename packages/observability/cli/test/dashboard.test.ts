import { until } from "@hitbox/test-servers";
import { expect, it } from "vitest";
import { builtBesideRedis, startHitbox } from "./support/hitbox.ts";
import { freshPrefix } from "./support/service.ts";

const server = builtBesideRedis();

it.each([
  [[], false],
  [["--yes"], true],
] as const)("serves a page of the store, which changes entries with --yes alone (%j)", async (more, may) => {
  const args = ["dashboard", server().url, "-p", freshPrefix(), "--port", "0", ...more];
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
