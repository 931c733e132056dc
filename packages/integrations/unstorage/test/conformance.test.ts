import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backendConformance } from "@hitbox/conformance";
import { quickly } from "@hitbox/test-support";
import lruCache from "unstorage/drivers/lru-cache";
import memoryDriver from "unstorage/drivers/memory";
import fs2 from "unstorage-2/drivers/fs";
import { afterAll, describe, test } from "vitest";
import { type DriverLike, fromUnstorage } from "../src/index.ts";

const folder = mkdtempSync(join(tmpdir(), "hitbox-unstorage-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DRIVERS: readonly (readonly [name: string, driver: () => DriverLike])[] = [
  ["memory", () => memoryDriver()],
  ["lru-cache", () => lruCache({ max: 20_000 })],
  ["fs of unstorage 2", () => fs2({ base: folder, atomic: true })],
];

describe.each(quickly(DRIVERS, 1))("%s", (_, open) => {
  const driver = open();
  const options = { shared: true, persistent: true, timeout: 20_000 };
  backendConformance({
    test,
    awkwardSpaces: [":", " ", "/", "::a"],
    open: (prefix) => fromUnstorage(driver, { ...options, prefix }),
  });
});
