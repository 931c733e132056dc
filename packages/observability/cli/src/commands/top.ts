import { setTimeout as wait } from "node:timers/promises";
import type { DashboardState, Summary } from "@hitbox/dashboard";
import { dashboardState, HEADER } from "../dashboard-state.ts";
import { EXIT } from "../exit-codes.ts";
import { safeText } from "../output/safe-text.ts";
import type { Call, Command } from "./command.ts";
import { wholeNumber } from "./options.ts";
import { summaryText } from "./summary-text.ts";

/** Clears the screen of a terminal, and begins at its top. */
const CLEAR = "\u001b[H\u001b[2J";

export const top: Command = {
  name: "top",
  usage: "ADDRESS",
  summary: "shows the numbers of a process that serves a dashboard, as they move",
  details:
    "ADDRESS is that of its dashboard, such as http://127.0.0.1:4400/. Shows hit ratio, operations and " +
    "latency of each tier, and the keys with the most hits and loads. Ends with Ctrl-C.",
  options: {
    interval: { type: "string", value: "S", help: "seconds between two readings (default 2)" },
    once: { type: "boolean", help: "ends after the first numbers" },
    header: HEADER,
  },
  fewest: 1,
  most: 1,
  async run(call) {
    const { values, io } = call;
    const seconds = wholeNumber(values, "interval", 2, 3_600);
    let before = await read(call);
    while (await passed(seconds, io.signal)) {
      const now = await read(call);
      await print(call, before, now);
      if (values.once === true) break;
      before = now;
    }
    return EXIT.ok;
  },
};

const read = (call: Call): Promise<DashboardState> => dashboardState(call.args[0] ?? "", call);

/** False if the user has ended the command. */
async function passed(seconds: number, signal: AbortSignal): Promise<boolean> {
  await wait(seconds * 1_000, undefined, { signal }).catch(() => {});
  return !signal.aborted;
}

async function print({ args, io, out }: Call, from: DashboardState, to: DashboardState): Promise<void> {
  const { summaryOf } = await import("@hitbox/dashboard");
  const summary: Summary = summaryOf({ from, to });
  if (io.stdout.isTTY && !out.isJson) io.stdout.write(CLEAR);
  out.line(summary, () => `${safeText(args[0] ?? "")}\n\n${summaryText(summary, to.buckets.readTime)}\n`);
}
