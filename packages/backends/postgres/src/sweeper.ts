import type { Clock } from "@hitbox/core";
import { StepSweeper } from "@hitbox/core/tier";
import type { Connection } from "./connection.ts";
import { STEP_ROWS } from "./sql.ts";

/** Milliseconds that an entry stays after its end, for processes whose clocks are behind this one's. */
export const CLOCK_MARGIN_MS = 60_000;

/** Several processes sweep side by side. */
export function sweeperOf(connection: Connection, statement: string, now: Clock): StepSweeper {
  return new StepSweeper(async () => {
    const { count } = await connection.run(statement, [now() - CLOCK_MARGIN_MS]);
    return count === STEP_ROWS;
  });
}
