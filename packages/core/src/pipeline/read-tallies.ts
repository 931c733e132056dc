import type { Purpose } from "../purpose.ts";
import { Tallies } from "../tallies.ts";

/** Published once on `hitbox:backend:tally`; its numbers go on. */
export interface ReadTally {
  /** Label path of the backend. */
  readonly backend: string;
  readonly purpose: Purpose | "*";
  /** Reads that were answered at once with a value that stays in the process. */
  hits: number;
}

export const readTallies: Tallies<ReadTally> = new Tallies("hitbox:backend:tally", (backend, purpose) => ({
  backend,
  purpose: purpose as ReadTally["purpose"],
  hits: 0,
}));
