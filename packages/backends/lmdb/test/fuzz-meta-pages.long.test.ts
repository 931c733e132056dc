import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fuzz, useFolder } from "@hitbox/test-support";
import { beforeAll, expect, test } from "vitest";
import { problemOf } from "../src/data-file.ts";
import { build } from "./child.ts";
import { closedStore } from "./closed-store.ts";
import { type Damage, fatalOf } from "./fatal-damages.ts";

const freshPath = useFolder();

const seconds = Number(process.env.FUZZ_SECONDS ?? 60);
/** Bytes of each meta page that an input replaces. */
const META = 176;
/** Most inputs that a process opens at the end: each takes a tenth of a second. */
const MOST_OPENED = 200;
/** One input in as many may end the process. */
const MOST_FATAL = 20;

beforeAll(build);

test(
  "fuzzing finds hardly a meta page that is let through and ends the process",
  async () => {
    const { path, pageSize } = await closedStore(freshPath());
    const file = openSync(join(path, "data.mdb"), "r+");
    const places = [0, pageSize / 2, pageSize];
    const intact = places.map((place) => bytesAt(file, place));
    const passed = new Map<string, readonly Damage[]>();
    const read = (input: Uint8Array): void => {
      const damages = damagesOf(input, places);
      for (const { position, bytes } of damages) writeSync(file, bytes, 0, bytes.length, position);
      const problem = problemOf(file);
      if (problem === undefined) passed.set(Buffer.from(input).toString("base64"), damages);
      else expect(problem).toMatch(/^is /);
      for (const [index, place] of places.entries()) writeSync(file, intact[index] as Buffer, 0, META, place);
    };
    const report = await fuzz({
      target: read,
      seeds: [Buffer.concat(intact)],
      corpus: join(import.meta.dirname, "corpus/meta-pages"),
      covers: (url) => /packages\/backends\/lmdb\/(src|dist)\//.test(url),
      seconds,
    });
    closeSync(file);
    expect(report.runs).toBeGreaterThan(100);
    expect(passed.size).toBeGreaterThan(0);
    const opened = [...passed.values()].slice(-MOST_OPENED);
    const fatal = await fatalOf(path, opened);
    // A sound meta page may name a wrong page of the right kind, which only LMDB would notice.
    expect(fatal.length, JSON.stringify(fatal)).toBeLessThanOrEqual(opened.length / MOST_FATAL);
    console.log(`meta pages: ${JSON.stringify({ ...report, passed: passed.size, opened: opened.length })}`);
  },
  1_000 * (seconds + 240),
);

function bytesAt(file: number, position: number): Buffer {
  const bytes = Buffer.alloc(META);
  readSync(file, bytes, 0, META, position);
  return bytes;
}

/** The three parts of an input, each over one meta page. */
function damagesOf(input: Uint8Array, places: readonly number[]): Damage[] {
  return places.map((position, index) => ({
    position,
    bytes: input.subarray(index * META, (index + 1) * META),
  }));
}
