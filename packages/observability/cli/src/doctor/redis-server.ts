import { bytes, span } from "../output/units.ts";
import type { RedisLink, RedisNode } from "../store/redis-link.ts";
import { type Finding, info, ok, problem, tried, warning } from "./finding.ts";

/** Versions, memory, eviction and clocks, of each master. */
export async function redisServer(link: RedisLink): Promise<Finding[]> {
  const nodes = await link.nodes();
  const all = await Promise.all(nodes.map((node) => ofNode(node, nodes.length > 1)));
  return all.flat();
}

async function ofNode(node: RedisNode, isOneOfMany: boolean): Promise<Finding[]> {
  const at = isOneOfMany ? ` of ${node.options.host}:${node.options.port}` : "";
  const [clock, ...others] = [await tried(`clock${at}`, () => clockOf(node, `clock${at}`))];
  return [clock, ...others, ...(await infoOf(node, at))];
}

/** Rights of INFO are no need of hitbox: without them nothing is known. */
async function infoOf(node: RedisNode, at: string): Promise<Finding[]> {
  try {
    const facts = factsOf(String(await node.call("INFO")));
    return [version(facts, at), memory(facts, at), eviction(facts, at)];
  } catch {
    return [warning(`server${at}`, "INFO is refused, so version, memory and eviction policy are not known")];
  }
}

type Facts = ReadonlyMap<string, string>;

function factsOf(text: string): Facts {
  const pairs = text.split("\r\n").filter((line) => line.includes(":"));
  return new Map(pairs.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]));
}

function version(facts: Facts, at: string): Finding {
  const name = facts.get("server_name") ?? "redis";
  const number = facts.get("valkey_version") ?? facts.get("redis_version") ?? "unknown";
  return info(`server${at}`, `${name} ${number}, ${facts.get("redis_mode") ?? "standalone"}`);
}

function memory(facts: Facts, at: string): Finding {
  const [used, most] = [Number(facts.get("used_memory")), Number(facts.get("maxmemory") ?? 0)];
  if (most === 0) return warning(`memory${at}`, `${bytes(used)} used, without a bound. Set maxmemory`);
  const share = Math.round((100 * used) / most);
  const text = `${bytes(used)} of ${bytes(most)} used, ${share} %`;
  return share >= 90 ? warning(`memory${at}`, text) : ok(`memory${at}`, text);
}

/** A lost record of a tag makes entries invalid, and never valid: eviction costs hits alone. */
function eviction(facts: Facts, at: string): Finding {
  const policy = facts.get("maxmemory_policy") ?? "unknown";
  const check = `eviction${at}`;
  if (policy === "noeviction") {
    const isBounded = Number(facts.get("maxmemory") ?? 0) > 0;
    const text = "noeviction: writes fail when the memory is full. Set allkeys-lru or allkeys-lfu";
    return isBounded ? problem(check, text) : warning(check, text);
  }
  if (policy.startsWith("volatile"))
    return warning(check, `${policy}: entries without an end are never evicted. allkeys-lru evicts any`);
  return ok(check, `${policy}: fit for tags, too. A record that is evicted makes its entries invalid`);
}

/** Milliseconds of difference from which on lives are wrong enough to matter, and entries are refused. */
const NOTABLE = 1_000;
const REFUSED = 60_000;

async function clockOf(node: RedisNode, check: string): Promise<Finding> {
  const before = Date.now();
  const [seconds, micros] = (await node.call("TIME")) as [string, string];
  const after = Date.now();
  const skew = Math.round(Number(seconds) * 1_000 + Number(micros) / 1_000 - (before + after) / 2);
  const text = `the server is ${span(Math.abs(skew))} ${skew < 0 ? "behind" : "ahead of"} this machine`;
  if (Math.abs(skew) >= REFUSED) return problem(check, `${text}: entries count as misses. Check NTP`);
  return Math.abs(skew) >= NOTABLE ? warning(check, text) : ok(check, text);
}
