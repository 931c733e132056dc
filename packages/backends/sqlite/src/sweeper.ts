import type { Clock } from "@hitbox/core";
import { StepSweeper } from "@hitbox/core/tier";
import type { Connection } from "./connection.ts";
import { STEP_ROWS } from "./table.ts";

/** One statement finds and removes an entry, so one that was written anew by then stays. */
export function sweeperOf(connection: Connection, now: Clock): StepSweeper {
  return new StepSweeper(() => {
    const { changes } = connection.once(({ sweep }) => sweep.run(now()));
    return Number(changes) === STEP_ROWS;
  });
}
