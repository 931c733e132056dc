import { until } from "@hitbox/test-servers";
import { expect, it } from "vitest";
import { builtBesideRedis, hitbox, startHitbox } from "./support/hitbox.ts";
import { freshPrefix, service } from "./support/service.ts";

const server = builtBesideRedis();

it.each(["tracking", "bus"] as const)(
  "prints keys and tags that a service changes, heard by %s",
  async (coherence) => {
    const prefix = freshPrefix();
    const cache = service(server().url, prefix, { coherence });
    // Those that hear by the bus take a process that they do not know for a loss of everything, once.
    await cache.set("first", 1);
    const program = startHitbox(["watch", "-s", server().url, "-p", prefix, "--coherence", coherence]);
    await until("it listens", () => program.stdout().includes("listening"));
    await until("the changes are printed", async () => {
      await cache.set("user:1", "\u001b[2J", { tags: ["users"] });
      await cache.invalidateTags(["users"]);
      return program.stdout().includes('"key":"user:1"') && program.stdout().includes('"tag":"users"');
    });
    program.child.kill("SIGINT");
    expect(await program.ended).toBe(0);
  },
);

it("says of a store that does not tell of changes, with exit code 4", async () => {
  const { code, stderr } = await hitbox(["watch", "-s", "lmdb:."], { cwd: await emptyStore() });
  expect(code).toBe(4);
  expect(stderr).toContain("does not tell of changes");
});

async function emptyStore(): Promise<string> {
  const { temporaryFolder } = await import("@hitbox/test-support");
  return temporaryFolder();
}
