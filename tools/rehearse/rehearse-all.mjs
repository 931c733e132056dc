import { rehearseBundlers } from "./bundlers.mjs";
import { rehearseExamples } from "./examples.mjs";
import { installAlone, installTogether } from "./installs.mjs";
import { MANAGERS } from "./managers.mjs";
import { startRedis } from "./redis.mjs";
import { rehearseRuntimes } from "./runtimes.mjs";
import { checkSizes } from "./sizes.mjs";
import { writeSupport } from "./support-page.mjs";
import { Outcomes } from "./table.mjs";
import { rehearseTypes } from "./types.mjs";

/** Uses what was released in every way. Resolves with whether all of it went well. */
export async function rehearseAll({ folder, registry, copy, flags }) {
  const outcomes = new Outcomes();
  const redis = await startRedis();
  const names = registry.published();
  const rehearsal = { folder, registry, copy, outcomes, redis, names };
  try {
    await installTogether(rehearsal, flags.quick ? ["npm"] : Object.keys(MANAGERS));
    if (!flags.quick) {
      await installAlone(rehearsal);
      await rehearseTypes(rehearsal);
      await rehearseBundlers(rehearsal);
      await rehearseRuntimes(rehearsal);
      await rehearseExamples(rehearsal);
    }
    const sizes = await checkSizes(rehearsal, flags);
    if (flags.write) await writeSupport(outcomes, sizes);
  } finally {
    redis.stop();
  }
  console.log(`\n${outcomes.tableOf(() => true)}\n`);
  console.log(`rehearsal: ${outcomes.count - outcomes.failed.length} ok, ${outcomes.failed.length} failed`);
  return outcomes.failed.length === 0;
}
