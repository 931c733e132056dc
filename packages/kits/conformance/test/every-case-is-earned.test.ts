import { readdirSync, readFileSync } from "node:fs";
import { gzip, json } from "@hitbox/core";
import { expect, test } from "vitest";
import { backendConformance, compressorConformance, formatConformance } from "../src/index.ts";
import { collect } from "./support/collect.ts";
import { MapBackend } from "./support/map-backend.ts";
import { hooksOf } from "./support/native-backend.ts";

// Core answers this one before any adapter is asked: no adapter can break it.
const CORE_ALONE = "a set in refill mode does nothing on a single store";

/** Core sends the writes of a key one after the other, so that no store can be caught by this case. */
const CORE_KEEPS_IN_ORDER = "of fenced sets at the same time one takes effect";

const faults = readdirSync(import.meta.dirname)
  .filter((file) => file.startsWith("faults-"))
  .map((file) => readFileSync(`${import.meta.dirname}/${file}`, "utf8"))
  .join("\n");

test("every case is there because it catches a fault that is planted", () => {
  const open = (): MapBackend => new MapBackend(new Map(), "space");
  const cases = collect((register) => {
    backendConformance({ test: register, open, raw: hooksOf(new Map()) });
    formatConformance({ test: register, format: json(), name: "codec" });
    compressorConformance({ test: register, compressor: gzip(), name: "codec" });
  });
  const sentences = [...cases.keys()].map((name) => name.replace(/^codec: /, ""));
  const unearned = sentences.filter((sentence) => !faults.includes(`"${sentence}"`));
  expect(new Set(unearned)).toEqual(new Set([CORE_ALONE, CORE_KEEPS_IN_ORDER]));
});
