import type { Clock } from "@hitbox/core";
import { StepSweeper } from "@hitbox/core/tier";
import type { Connection } from "./connection.ts";
import type { Packets } from "./packets.ts";
import { STEP_ROWS, type Statements } from "./sql.ts";

/** Milliseconds that an entry stays after its end, for processes whose clocks are behind this one's. */
export const CLOCK_MARGIN_MS = 60_000;

/**
 * Several processes sweep side by side. Entries are found without a lock, and removed in the order of their
 * keys, as batches lock them.
 */
export function sweeperOf(
  connection: Connection,
  sql: Statements,
  packets: Packets,
  now: Clock,
): StepSweeper {
  return new StepSweeper(async () => {
    const end = now() - CLOCK_MARGIN_MS;
    const rows = (await connection.run(sql.expired, [end])).rows as { readonly key: Buffer }[];
    const keys = rows.map(({ key }) => key).sort(Buffer.compare);
    for (const part of await packets.fitKeys(keys)) await connection.run(sql.sweep, [part, end]);
    return keys.length === STEP_ROWS;
  });
}
