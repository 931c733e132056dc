import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@hitbox/test-support";
import { expect, it } from "vitest";
import { builtBesideRedis, hitbox } from "./support/hitbox.ts";
import { freshPrefix, service } from "./support/service.ts";

const server = builtBesideRedis();

it("counts entries that differ from the source, in nines, and leaves out those of invalid tags", async () => {
  const prefix = freshPrefix();
  const cache = service(server().url, prefix);
  for (let id = 1; id <= 100; id++) await cache.set(`user:${id}`, { id, joined: new Date(id) });
  await cache.set("user:7", { id: 7, joined: new Date(0) });
  await cache.set("user:200", "old", { tags: ["users"] });
  await cache.invalidateTags(["users"]);
  const folder = await temporaryFolder();
  const load = `export const load = (key) => {
    const id = Number(key.slice("user:".length));
    return id > 100 ? "new" : { id, joined: new Date(id) };
  };`;
  await writeFile(join(folder, "source.mjs"), load);
  const place = ["-s", server().url, "-p", prefix, "--source", "source.mjs", "--rate", "10000"];
  const { code, stdout } = await hitbox(["verify", ...place], { cwd: folder });
  expect(JSON.parse(stdout)).toMatchObject({
    checked: 100,
    stale: 1,
    failed: 0,
    nines: 2,
    examples: [{ key: "user:7" }],
  });
  expect(code).toBe(1);
  const { stdout: sampled } = await hitbox(["verify", "--sample", "10%", ...place], { cwd: folder });
  expect(JSON.parse(sampled).checked).toBeLessThan(60);
});
