import assert from "node:assert/strict";

const NAMES = "polluted";
const KNOWN: readonly PropertyKey[] = Reflect.ownKeys(Object.prototype);

/** Fails where a hostile value has reached a prototype that everybody shares, and cleans up. */
export function expectNoPollution(what: string): void {
  const added = Reflect.ownKeys(Object.prototype).filter((name) => !KNOWN.includes(name));
  for (const name of added) Reflect.deleteProperty(Object.prototype, name);
  assert.deepEqual(added, [], `${what} should add nothing to Object.prototype`);
  assert.ok(!(NAMES in []) && !(NAMES in (() => 1)), `${what} should pollute no prototype`);
}

/** Objects whose own keys are those that pollute prototypes when they are copied without care. */
export function pollutingData(): unknown[] {
  return [
    '{"__proto__":{"polluted":true}}',
    '{"a":{"__proto__":{"polluted":true},"b":1}}',
    '[{"__proto__":{"__proto__":{"polluted":true}}}]',
    '{"constructor":{"prototype":{"polluted":true}}}',
    '{"__proto__":null}',
  ].map((text) => JSON.parse(text) as unknown);
}
