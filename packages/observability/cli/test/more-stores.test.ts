import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { memcached } from "@hitbox/memcached";
import { sqlite } from "@hitbox/sqlite";
import { startMemcached } from "@hitbox/test-servers";
import { temporaryFolder } from "@hitbox/test-support";
import { beforeAll, expect, it, onTestFinished } from "vitest";
import { build } from "./support/hitbox.ts";
import { runInProcess } from "./support/run-in-process.ts";
import { tour } from "./support/store-tour.ts";

beforeAll(build, 300_000);

it("looks into memcached, changes it and checks it", async () => {
  const { address, close } = await startMemcached();
  onTestFinished(close);
  const backend = memcached({ servers: [address], prefix: "shop", timeout: 10_000 });
  await tour(backend, { store: `memcached://${address}`, prefix: "shop" });
});

it("looks into a file of SQLite, or says which Node can", async () => {
  const path = join(await temporaryFolder(), "cache.db");
  const store = `sqlite:${path}?table=shop`;
  if (process.getBuiltinModule("node:sqlite") !== undefined) {
    await tour(sqlite({ path, table: "shop" }), { store });
    return;
  }
  await writeFile(path, "");
  const { code, stderr } = await runInProcess(["keys", "-s", store]);
  expect([code, stderr]).toEqual([4, expect.stringContaining("Node 22.13 or later")]);
});

it.each([
  ["sqlite:/nowhere/at/all.db", "sqlite:PATH"],
  ["sqlite:", "sqlite:PATH"],
  ["memcached://", "memcached://HOST:PORT,HOST:PORT"],
  ["memcached://ops:secret@", "memcached://HOST:PORT,HOST:PORT"],
  ["postgres://ops:secret@host:port:port/shop", "USER:PASSWORD@HOST/DATABASE"],
  ["postgres://ops:secret@127.0.0.1:1/shop?table=No", "table"],
  ["mysql://ops:secret@127.0.0.1:1/shop?tls=perhaps", "tls"],
  ["s3://?region=eu-west-1", "bucket"],
])("%s ends with exit code 2, and says what to write", async (store, remedy) => {
  const { code, stdout, stderr } = await runInProcess(["keys", "-s", store]);
  expect([code, stdout], stderr).toEqual([2, ""]);
  expect(stderr).toContain(remedy);
  expect(stderr).not.toContain("secret");
});

it.each(["postgres", "mysql"])(
  "says that %s is away with exit code 3, and shows no password",
  async (scheme) => {
    const { code, stderr } = await runInProcess(["keys", "-s", `${scheme}://ops:secret@127.0.0.1:1/shop`]);
    expect(code, stderr).toBe(3);
    expect(stderr).not.toContain("secret");
  },
);
