import { checkOption } from "@hitbox/core";
import type { DriverLike, WritableDriver } from "./driver-like.ts";

/** Drivers over a folder of files. */
const FILES: readonly unknown[] = ["fs", "fs-lite"];

const NOT_ATOMIC =
  "must be a driver with the option `atomic: true` of unstorage 2: without it a reader sees half of a " +
  "value, and so does the next process after a crash. Use it, or @hitbox/sqlite or @hitbox/lmdb";

/**
 * @throws TypeError for a value that is no driver, and for a driver that cannot be a tier: read-only, or over
 * files that it does not replace at once.
 */
export function checkDriver(driver: DriverLike): WritableDriver {
  const has = (name: string): boolean => typeof Object(driver)[name] === "function";
  const isStorage = has("getMount") && has("mount");
  const ofStorage = "is a storage; pass its driver: storage.getMount().driver";
  checkOption(!isStorage, "fromUnstorage: driver", driver, ofStorage);
  const isDriver = has("getItem") && has("hasItem");
  checkOption(isDriver, "fromUnstorage: driver", driver, "must be a driver of unstorage");
  const { readOnly, atomic } = Object(driver.options) as { readOnly?: unknown; atomic?: unknown };
  const isWritable = has("setItem") && has("removeItem") && !readOnly && driver.name !== "null";
  checkOption(isWritable, "fromUnstorage: driver", driver, "must be a driver that can set and remove items");
  const isAtomic = !FILES.includes(driver.name) || atomic === true;
  checkOption(isAtomic, "fromUnstorage: driver", driver, NOT_ATOMIC);
  return driver as WritableDriver;
}
