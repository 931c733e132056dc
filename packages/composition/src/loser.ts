import { checkKnown, checkOption } from "@hitbox/core";

/** Decides about the tier that did not answer first. */
export interface LoserOptions {
  /**
   * `offload` (default): it ends in the background, and closing the composition waits for it. `drop`: nothing
   * waits for it.
   */
  readonly loser?: "offload" | "drop" | undefined;
}

export function checkLoser(factory: string, options: LoserOptions): "offload" | "drop" {
  checkKnown(factory, options, ["loser"]);
  const { loser = "offload" } = options;
  checkOption(loser === "offload" || loser === "drop", "loser", loser, 'must be "offload" or "drop"');
  return loser;
}
