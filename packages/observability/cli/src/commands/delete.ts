import { CHANGE_OPTIONS, changeKeys } from "./change.ts";
import type { Command } from "./command.ts";

export const deleteKeys: Command = {
  name: "delete",
  usage: "KEY|PATTERN…",
  summary: "deletes entries, in every tier; other processes drop their copies",
  details: "A pattern has '*', for any characters. Without --yes the keys are counted, and nothing is done.",
  options: CHANGE_OPTIONS,
  fewest: 1,
  run: (call) => changeKeys(call, "deleted", (tier, keys) => tier.deleteMany(keys)),
};
