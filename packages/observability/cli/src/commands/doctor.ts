import { coherence } from "../doctor/coherence.ts";
import { features, tagsFinding } from "../doctor/features.ts";
import { type Finding, info, tried } from "../doctor/finding.ts";
import { prefixes } from "../doctor/prefixes.ts";
import { redisServer } from "../doctor/redis-server.ts";
import { unreadable } from "../doctor/unreadable.ts";
import { EXIT } from "../exit-codes.ts";
import { safeText } from "../output/safe-text.ts";
import { type Store, sharedTier } from "../store/store.ts";
import type { Call, Command } from "./command.ts";

export const doctor: Command = {
  name: "doctor",
  usage: "",
  summary: "tries every feature of the store, and looks at its server",
  details:
    "Writes, leases and deletes keys of its own under the store's prefix, which begin with %doctor:. " +
    "Exit code 1: something does not work.",
  most: 0,
  async run(call) {
    const store = await call.open();
    const findings: Finding[] = [info("hitbox", `Node ${process.versions.node}, ${store.name}`)];
    // The first operation says whether the store is there at all.
    await sharedTier(store).typed.get("%doctor:reached");
    findings.push(...(await features(sharedTier(store))), await tagsFinding(sharedTier(store)));
    findings.push(...(await redisFindings(call, store)));
    findings.push(await tried("entries", () => unreadable(sharedTier(store))));
    const problems = findings.filter(({ status }) => status === "problem").length;
    call.out.answer({ store: store.name, problems, findings }, () => report(findings, problems));
    return problems === 0 ? EXIT.ok : EXIT.problems;
  },
};

async function redisFindings({ open, values }: Call, store: Store): Promise<Finding[]> {
  const { redis } = store;
  if (redis === undefined) return [];
  const kinds = values.coherence === undefined ? kindsOf(store) : [String(values.coherence)];
  const teller = await open({ changes: "announces" });
  const heard: Finding[] = [];
  for (const kind of kinds) {
    const hearer = await open({ changes: "hears", coherence: kind });
    heard.push(await coherence(kind, hearer, teller));
  }
  const shared = await tried("prefixes", () => prefixes(redis, store.prefix));
  return [...(await redisServer(redis)), ...heard, shared];
}

/** The nodes of a cluster each track for themselves. */
function kindsOf({ name }: Store): readonly string[] {
  return name.startsWith("cluster ") ? ["bus"] : ["tracking", "bus"];
}

function report(findings: readonly Finding[], problems: number): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.map(
    ({ check, status, text }) => `${status.padEnd(7)}  ${check.padEnd(width)}  ${safeText(text)}`,
  );
  return [...lines, "", problems === 0 ? "No problems." : `${problems} problems.`].join("\n");
}
