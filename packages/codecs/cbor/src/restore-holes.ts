import { ABSENT } from "./engine.ts";

/** Makes holes of the stand-ins, in place. `value` is a tree no deeper than MAX_DEPTH. */
export function restoreHoles(value: unknown): void {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      if (value[index] === ABSENT) delete value[index];
      else restoreHoles(value[index]);
    }
  } else if (value instanceof Map) {
    for (const [key, item] of value) {
      restoreHoles(key);
      restoreHoles(item);
    }
  } else {
    for (const item of value instanceof Set ? value : Object.values(value)) restoreHoles(item);
  }
}
