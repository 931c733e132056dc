import { expect, test } from "vitest";
import type { Verdict } from "../../src/tags/tag-index.ts";
import { worseOf } from "../../src/tags/tag-record.ts";

// An entry with several tags is as good as the worst of them: gone, stale since a moment, or valid.

const VERDICTS: readonly Verdict[] = [false, 0, 1_000, 2_000, true];

test("the worse of two verdicts is the one that comes first in the order gone, earlier, later, valid", () => {
  for (const [place, one] of VERDICTS.entries())
    for (const [other, verdict] of VERDICTS.entries())
      expect(worseOf(one, verdict), `${one} and ${verdict}`).toBe(VERDICTS[Math.min(place, other)]);
});
