import { isPlainRecord } from "./json-scan.ts";
import { MAX_DEPTH } from "./limits.ts";
import { explained, nameStep, Refusal, refusalUnder } from "./refusal.ts";
import { lossInJson } from "./remedy.ts";

/**
 * Says where in `value` something is that JSON would change. For values that `isJsonData` has found unfit.
 */
export function refuseInJson(value: unknown, maxNodes: number): never {
  try {
    findLoss(value, 0, { left: maxNodes });
    throw new Refusal(TOO_MANY);
  } catch (error) {
    throw explained(error);
  }
}

const TOO_MANY = "more nodes than `maxNodes` allows";

function findLoss(value: unknown, depth: number, nodes: { left: number }): void {
  nodes.left -= 1;
  if (nodes.left < 0) throw new Refusal(TOO_MANY);
  if (value === null || typeof value === "string" || typeof value === "boolean") return;
  if (typeof value === "number" && Number.isFinite(value)) return;
  const isArray = Array.isArray(value);
  if (!isArray && !(typeof value === "object" && isPlainRecord(value))) throw new Refusal(lossInJson(value));
  if (depth >= MAX_DEPTH) throw new Refusal(`a cycle, or more than ${MAX_DEPTH} levels`);
  if (isArray) findInArray(value, depth, nodes);
  else findInRecord(value, depth, nodes);
}

function findInArray(items: readonly unknown[], depth: number, nodes: { left: number }): void {
  let index = 0;
  try {
    for (; index < items.length; index++) findLoss(items[index], depth + 1, nodes);
  } catch (error) {
    throw refusalUnder(`[${index}]`, error);
  }
}

function findInRecord(record: object, depth: number, nodes: { left: number }): void {
  let place = "";
  try {
    for (const [name, property] of Object.entries(record)) {
      place = name;
      if (property !== undefined) findLoss(property, depth + 1, nodes);
    }
  } catch (error) {
    throw refusalUnder(nameStep(place), error);
  }
}
