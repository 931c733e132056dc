import { types } from "node:util";

const LONGEST_PATH = 200;
const LONGEST_NAME = 40;

/**
 * A step on the way from the root to an object: the object before it, and the name under which that has it.
 */
interface Step {
  readonly from: object;
  readonly label: string;
}

/**
 * The path from `root` to the part of `holder` under `key`, such as `.user.roles[3]`; empty for the root
 * itself. Only looked for when a value has been refused. Runs no getter.
 */
export function pathTo(root: unknown, holder: object | undefined, key: PropertyKey | undefined): string {
  if (holder === undefined || key === undefined || typeof root !== "object" || root === null) return "";
  const steps = stepsFrom(root, holder);
  const labels = [labelOf(holder, key)];
  for (let step = steps.get(holder); step; step = steps.get(step.from)) labels.unshift(step.label);
  const path = labels.join("");
  return path.length > LONGEST_PATH ? `…${path.slice(-LONGEST_PATH)}` : path;
}

/** Breadth first, so that the path is a shortest one. */
function stepsFrom(root: object, target: object): ReadonlyMap<object, Step> {
  const steps = new Map<object, Step>();
  const pending: object[] = [root];
  for (const from of pending) {
    if (from === target) break;
    for (const [label, part] of partsOf(from)) {
      if (typeof part !== "object" || part === null || part === root || steps.has(part)) continue;
      steps.set(part, { from, label });
      pending.push(part);
    }
  }
  return steps;
}

function* partsOf(value: object): Generator<readonly [label: string, part: unknown]> {
  if (types.isProxy(value) || ArrayBuffer.isView(value)) return;
  let place = 0;
  if (types.isMap(value)) {
    for (const [key, item] of value) {
      yield [`(key ${place})`, key];
      yield [`(value ${place++})`, item];
    }
  } else if (types.isSet(value)) for (const item of value) yield [`(item ${place++})`, item];
  for (const key of Reflect.ownKeys(value))
    yield [labelOf(value, key), Object.getOwnPropertyDescriptor(value, key)?.value];
}

function labelOf(holder: object, key: PropertyKey): string {
  if (typeof key === "symbol") return "[a symbol]";
  const name = `${key}`;
  if (name.startsWith("(")) return name;
  if (Array.isArray(holder) && /^\d+$/.test(name)) return `[${name}]`;
  return /^[A-Za-z_$][\w$]*$/.test(name) && name.length <= LONGEST_NAME ? `.${name}` : `[${quoted(name)}]`;
}

/** Names may be data: shortened, and in ASCII without line breaks. */
function quoted(name: string): string {
  const text = JSON.stringify(name.slice(0, LONGEST_NAME));
  return text.replace(/[^ -~]/g, "?") + (name.length > LONGEST_NAME ? "…" : "");
}
