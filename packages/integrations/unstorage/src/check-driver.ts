import { checkOption } from "@hitbox/core";
import type { DriverLike, WritableDriver } from "./driver-like.ts";

/** Drivers over a folder of files. */
const FILES: readonly unknown[] = ["fs", "fs-lite"];

const NOT_ATOMIC =
  "must be a driver with the option `atomic: true` of unstorage 2: without it a reader sees half of a " +
  "value, and so does the next process after a crash. Use it, or @hitbox/sqlite or @hitbox/lmdb";

const NOT_WRITABLE = "must be a driver that can set and remove items";

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
  checkOption(isWritable(driver), "fromUnstorage: driver", driver, NOT_WRITABLE);
  checkOption(isAtomic(driver), "fromUnstorage: driver", driver, NOT_ATOMIC);
  return driver as WritableDriver;
}

interface Options {
  readonly readOnly?: unknown;
  readonly atomic?: unknown;
  /** Of an overlay, which reads them all and writes the first one. */
  readonly layers?: unknown;
}

function optionsOf(driver: DriverLike): Options {
  return Object(Object(driver).options);
}

function isWritable(driver: DriverLike): boolean {
  const { readOnly, layers } = optionsOf(driver);
  const has = (name: string): boolean => typeof Object(driver)[name] === "function";
  if (!has("setItem") || !has("removeItem") || readOnly || driver.name === "null") return false;
  return !Array.isArray(layers) || isWritable(layers[0]);
}

function isAtomic(driver: DriverLike): boolean {
  const { atomic, layers } = optionsOf(driver);
  if (FILES.includes(driver.name) && atomic !== true) return false;
  return !Array.isArray(layers) || layers.every(isAtomic);
}
