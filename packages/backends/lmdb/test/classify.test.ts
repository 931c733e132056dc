import { BackendError } from "@hitbox/core";
import { expect, it } from "vitest";
import { classify } from "../src/classify.ts";

const withCode = (code: number): Error => Object.assign(new Error("from LMDB"), { code });

it.each<[string | undefined, number, string]>([
  ["corrupt", -30_797, "MDB_PAGE_NOTFOUND"],
  ["corrupt", -30_796, "MDB_CORRUPTED"],
  ["corrupt", -30_794, "MDB_VERSION_MISMATCH"],
  ["corrupt", -30_793, "MDB_INVALID"],
  ["unavailable", -30_792, "MDB_MAP_FULL"],
  ["unavailable", -30_790, "MDB_READERS_FULL"],
  ["unavailable", 5, "EIO, a write that the disk took a part of"],
  ["unavailable", 28, "ENOSPC"],
  ["unavailable", 30, "EROFS"],
  ["too-large", -30_781, "MDB_BAD_VALSIZE"],
  [undefined, -30_795, "MDB_PANIC"],
  [undefined, 0, "no error at all"],
])("is %s for %i, %s", (code, number, _name) => {
  expect(classify(withCode(number))).toBe(code);
});

it("leaves a BackendError what it is, and makes nothing of what is no error", () => {
  expect(classify(new BackendError("timeout", "slow"))).toBe("timeout");
  for (const other of [undefined, null, "text", 5, { code: 28 }]) expect(classify(other)).toBeUndefined();
});
