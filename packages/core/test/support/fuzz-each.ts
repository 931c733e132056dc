import { join } from "node:path";
import { type FuzzOptions, fuzz } from "@hitbox/test-support";
import { expect, test } from "vitest";

const CORPORA = join(import.meta.dirname, "../fuzz/corpus");
const covers = (url: string): boolean => /packages\/core\/(src|dist)\//.test(url);

/** Readers by the name of their folder of kept inputs. */
export type Readers = Readonly<Record<string, Pick<FuzzOptions, "target" | "seeds">>>;

/** Searches for a fault of each reader, for FUZZ_SECONDS. */
export function fuzzEach(readers: Readers): void {
  const seconds = Number(process.env.FUZZ_SECONDS ?? 60);
  test.each(Object.entries(readers))(
    "fuzzing finds no fault in the reader of %s",
    async (name, reader) => {
      const report = await fuzz({ ...reader, corpus: join(CORPORA, name), covers, seconds });
      expect(report.runs).toBeGreaterThan(100);
      console.log(`${name}: ${JSON.stringify(report)}`);
    },
    1_000 * (seconds + 120),
  );
}
