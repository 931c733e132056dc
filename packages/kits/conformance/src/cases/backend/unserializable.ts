import assert from "node:assert/strict";
import { BackendError, cacheValue } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { expectEntry, expectFailure, failureOf } from "../../expect.ts";
import type { Opened, Scene } from "../../scene.ts";

const PAYLOADS: Readonly<Record<string, unknown>> = { "a function": () => 1, "a symbol": Symbol("no") };

export const unserializable: Cases<Scene> = {
  "data that the format cannot hold is refused as serialization, and the old entry stays": async ({
    open,
  }) => {
    const opened = await open();
    const { cache } = opened;
    const old = cacheValue("old", { ttl: 3_600_001, tags: ["t"] });
    for (const [what, data] of Object.entries(PAYLOADS)) {
      await cache.set("key", old);
      if (mustRefuse(opened)) {
        await expectFailure(cache, "serialization", `a set of ${what}`, () =>
          cache.set("key", cacheValue(data)),
        );
      } else if (!(await refused(opened, data))) continue;
      await expectEntry(cache, "key", old);
    }
  },

  "a setMany with data that the format cannot hold fails and leaves that key's entry": async ({ open }) => {
    const opened = await open();
    if (!mustRefuse(opened)) return;
    const { cache } = opened;
    const [old, other] = [cacheValue("old"), cacheValue("other")];
    await cache.set("bad", old);
    await expectFailure(cache, "serialization", "a setMany", () =>
      cache.setMany([
        ["good", other],
        ["bad", cacheValue(() => 1)],
      ]),
    );
    await expectEntry(cache, "bad", old);
  },
};

/** Bytes cannot hold a function. A live format may, and a composition may have a tier with one. */
function mustRefuse({ raw }: Opened): boolean {
  return raw?.valueFormat.kind === "bytes";
}

async function refused({ cache }: Opened, data: unknown): Promise<boolean> {
  const error = await failureOf(() => cache.set("key", cacheValue(data)));
  if (error === undefined) return false;
  assert.ok(BackendError.is(error) && error.code === "serialization", `refused with ${String(error)}`);
  return true;
}
