import assert from "node:assert/strict";
import type { BackendSupports, BatchLimit } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { rawOf } from "../../raw-only.ts";
import type { Scene } from "../../scene.ts";

const BATCHES = ["readMany", "writeMany", "removeMany"] as const;

const LEASES = ["lease", "writeFenced", "releaseLease"] as const;
const METHODS = [...BATCHES, ...LEASES, "watch", "keys", "clear"] as const;
/** Three methods are one capability. */
const DECLARED_BY: ReadonlyMap<string, "lease"> = new Map(LEASES.map((method) => [method, "lease"]));

export const manifest: Cases<Scene> = {
  "the label is 1–64 characters of A-Z a-z 0-9 _ -": async ({ open }) => {
    const { cache } = await open();
    // A composition is named after its tiers.
    for (const label of cache.label.split(">")) assert.match(label, /^[A-Za-z0-9_-]{1,64}$/);
  },

  "supports has every field, of the right type": async ({ open }) => {
    const { supports } = await open();
    assert.ok(["native", "lazy", "none"].includes(supports.expiry), `expiry is ${supports.expiry}`);
    for (const field of ["shared", "persistent", "clear"] as const) {
      assert.equal(typeof supports[field], "boolean", `supports.${field} should be a boolean`);
    }
    for (const field of ["lease", "watch", "keys"] as const) {
      const is = typeof supports[field];
      assert.ok(is === "boolean" || is === "undefined", `supports.${field} should be a boolean or absent`);
    }
    for (const field of BATCHES) expectBatchLimit(field, supports[field]);
    for (const field of ["maxKeyBytes", "maxValueBytes"] as const) expectSize(field, supports);
  },

  "supports cannot be changed": async ({ open }) => {
    const { cache, supports } = await open();
    assert.ok(Object.isFrozen(supports), "supports should be frozen");
    assert.equal(cache.supports, supports, "supports should be the same object at every look");
    for (const field of BATCHES) {
      assert.ok(Object.isFrozen(supports[field]), `supports.${field} should be frozen`);
    }
  },

  "a method is there exactly where supports declares it": async ({ open }) => {
    const opened = await open();
    const raw = rawOf(opened);
    if (raw === undefined) return;
    for (const method of METHODS) {
      const declared = Boolean(opened.supports[DECLARED_BY.get(method) ?? (method as "clear")]);
      assert.equal(
        typeof raw[method],
        declared ? "function" : "undefined",
        `${method}, declared: ${declared}`,
      );
    }
  },

  "classify answers for any error and never throws": async ({ open }) => {
    const raw = rawOf(await open());
    for (const error of [new Error("x"), Object.create(null), "text", 0, null, undefined]) {
      let code: unknown;
      assert.doesNotThrow(() => {
        code = raw?.classify?.(error);
      }, "classify should not throw");
      assert.ok(code === undefined || CODES.has(code as string), `classify answered ${String(code)}`);
    }
  },
};

const CODES: ReadonlySet<string> = new Set([
  ...["connection", "timeout", "unavailable", "serialization", "deserialization", "compression"],
  ...["decompression", "corrupt", "too-large", "unsupported", "closed", "internal"],
]);

function expectBatchLimit(field: string, limit: false | BatchLimit): void {
  const ok = limit === false || limit?.max === Number.POSITIVE_INFINITY || isCount(limit?.max);
  assert.ok(ok, `supports.${field} should be false or have a max of 1 or more`);
}

function expectSize(field: "maxKeyBytes" | "maxValueBytes", supports: BackendSupports): void {
  const limit = supports[field];
  assert.ok(limit === undefined || isCount(limit), `supports.${field} should be undefined or 1 or more`);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
