import { CHANGE_OPTIONS, changeKeys } from "./change.ts";
import type { Command } from "./command.ts";

export const expire: Command = {
  name: "expire",
  usage: "KEY|PATTERN…",
  summary: "makes entries stale: services answer with them while they load new ones",
  details:
    "An entry that was stored without a stale window is deleted. A pattern has '*', for any characters. " +
    "Without --yes the keys are counted, and nothing is done.",
  options: CHANGE_OPTIONS,
  fewest: 1,
  run: (call) => changeKeys(call, "expired", (tier, keys) => tier.expireMany(keys)),
};
