import { coherence } from "../doctor/coherence.ts";
import { features, tagsFinding } from "../doctor/features.ts";
import { type Finding, info, tried } from "../doctor/finding.ts";
import { prefixes } from "../doctor/prefixes.ts";
import { redisServer } from "../doctor/redis-server.ts";
import { unreadable } from "../doctor/unreadable.ts";
import { EXIT } from "../exit-codes.ts";
import { safeText } from "../output/safe-text.ts";
import { count } from "../output/units.ts";
import { type Store, sharedTier } from "../store/store.ts";
import type { Call, Command, OpenSettings } from "./command.ts";

export const doctor: Command = {
  name: "doctor",
  usage: "[STORE]",
  summary: "tries every feature of the store, and looks at its server",
  details:
    "Writes, leases and deletes keys of its own under the store's prefix, which begin with %doctor:. " +
    "Exit code 1: something does not work.",
  most: 1,
  async run(call) {
    const store = await call.open(placeOf(call));
    const findings: Finding[] = [info("hitbox", `Node ${process.versions.node}, ${store.name}`)];
    // The first operation says whether the store is there at all.
    await sharedTier(store).typed.get("%doctor:reached");
    findings.push(...(await features(sharedTier(store))), await tagsFinding(sharedTier(store)));
    findings.push(...(await redisFindings(store)), ...(await coherenceFindings(call, store)));
    findings.push(await tried("entries", () => unreadable(sharedTier(store))));
    const [problems, warnings] = [countOf(findings, "problem"), countOf(findings, "warning")];
    const answer = { store: store.name, problems, warnings, findings };
    call.out.answer(answer, () => [...lines(findings), "", ending(problems, warnings)].join("\n"));
    return problems === 0 ? EXIT.ok : EXIT.problems;
  },
};

/** The store may be named by an argument. */
function placeOf({ args: [store] }: Call): OpenSettings {
  return store === undefined ? {} : { store };
}

async function redisFindings({ redis, prefix }: Store): Promise<Finding[]> {
  if (redis === undefined) return [];
  return [...(await redisServer(redis)), await tried("prefixes", () => prefixes(redis, prefix))];
}

/** Has one connection change keys, while another listens as a service does. */
async function coherenceFindings(call: Call, { coherences }: Store): Promise<Finding[]> {
  if (coherences === undefined) return [];
  const { open, values } = call;
  const place = placeOf(call);
  const kinds = values.coherence === undefined ? coherences : [String(values.coherence)];
  const teller = await open({ ...place, changes: "announces" });
  const heard: Finding[] = [];
  for (const kind of kinds)
    heard.push(await coherence(kind, await open({ ...place, changes: "hears", coherence: kind }), teller));
  return heard;
}

function countOf(findings: readonly Finding[], wanted: Finding["status"]): number {
  return findings.filter(({ status }) => status === wanted).length;
}

function lines(findings: readonly Finding[]): string[] {
  const width = Math.max(...findings.map(({ check }) => check.length));
  return findings.map(
    ({ check, status, text }) => `${status.padEnd(7)}  ${check.padEnd(width)}  ${safeText(text)}`,
  );
}

function ending(problems: number, warnings: number): string {
  const found = problems === 0 ? "No problems" : count(problems, "problem");
  return warnings === 0 ? `${found}.` : `${found}, ${count(warnings, "warning")}.`;
}
