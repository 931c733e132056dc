import assert from "node:assert/strict";
import type { Backend } from "@hitbox/core";
import type { Opened } from "./scene.ts";

const RAW_METHODS = ["read", "write", "remove", "readMany", "writeMany", "removeMany", "classify"] as const;

/** The raw backend; undefined for a composition, which then must not look like one. */
export function rawOf({ raw, cache }: Opened): Backend<unknown> | undefined {
  if (raw === undefined) {
    for (const method of RAW_METHODS) {
      assert.ok(
        !(method in cache),
        `a typed backend should have no ${method}, or it could be taken for a raw one`,
      );
    }
  }
  return raw;
}

/** True if readers of this backend may share live values that anyone can change. */
export function keepsReferences(raw: Backend<unknown> | undefined): boolean {
  return raw?.valueFormat.id === "reference";
}
