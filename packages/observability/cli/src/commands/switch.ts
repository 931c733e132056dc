import type { DashboardState } from "@hitbox/dashboard";
import { dashboardState, HEADER, switchTier } from "../dashboard-state.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { safeText } from "../output/safe-text.ts";
import { table } from "../output/table.ts";
import { UsageError } from "../usage-error.ts";
import type { Call, Command } from "./command.ts";
import { YES } from "./options.ts";

type Switches = DashboardState["switches"];

export const switchCommand: Command = {
  name: "switch",
  usage: "ADDRESS [NAME on|off]",
  summary: "takes a tier out of a running process, or puts it back; without NAME it lists the switches",
  details:
    "ADDRESS is that of the process's dashboard, whose option `switches` names tiers of `switchable`. A " +
    "switch belongs to this process: other processes keep theirs. Without --yes nothing is done.",
  options: { yes: YES, header: HEADER },
  fewest: 1,
  most: 3,
  async run(call) {
    const [address = "", name, state] = call.args;
    const { switches } = await dashboardState(address, call);
    if (name === undefined) return list(call, switches);
    if (state !== "on" && state !== "off")
      throw new UsageError(`the state is neither on nor off. Write: ${EXAMPLE}`);
    const tier = switches.find((one) => one.name === name);
    if (tier === undefined) throw new UsageError(unknown(switches));
    const dryRun = call.values.yes !== true;
    if (!dryRun) await switchTier(address, name, state === "on", call);
    const was = stateOf(tier.isOn);
    const text = dryRun ? `${name} is ${was}. Nothing is done without --yes.` : `${name} is ${state}.`;
    call.out.answer({ name, was, state: dryRun ? was : state, dryRun }, () => safeText(text));
    return EXIT.ok;
  },
};

const EXAMPLE = "hitbox switch ADDRESS NAME off";

function list({ out }: Call, switches: Switches): ExitCode {
  const rows = switches.map(({ isOn, name }) => [name, stateOf(isOn)]);
  const text = (): string =>
    rows.length === 0 ? "This process has no switches." : table([["TIER", "STATE"], ...rows]);
  out.answer({ switches: switches.map(({ isOn, name }) => ({ name, state: stateOf(isOn) })) }, text);
  return EXIT.ok;
}

function stateOf(isOn: boolean): "on" | "off" {
  return isOn ? "on" : "off";
}

function unknown(switches: Switches): string {
  const names = switches.map(({ name }) => name).join(", ");
  return `the process has no switch of that name. ${names === "" ? "It has none" : `It has: ${names}`}`;
}
