import { checkKnown } from "@hitbox/core";
import type { Engine } from "../engine.ts";
import { type KeyPrefix, KeyScope } from "./key-scope.ts";
import type { KeyInput } from "./key-text.ts";

export interface KeysOptions {
  /**
   * Only keys that begin with this: strings with this beginning, or, for an array, arrays with these first
   * elements. Default: all keys.
   */
  readonly prefix?: KeyPrefix | undefined;
  /** About how many keys a store is asked for at once: 1 to 10,000. Default: 1,000. */
  readonly pageSize?: number | undefined;
}

/** Lists the keys of a space, without those of the namespaces and entities within it. */
export function listKeys(
  engine: Engine,
  space: string,
  options: KeysOptions = {},
): AsyncGenerator<KeyInput, void, undefined> {
  checkKnown("keys", options, ["prefix", "pageSize"]);
  const { prefix = "", pageSize } = options;
  const scope = new KeyScope(space, prefix, engine.maxKeyBytes);
  return keysOf(engine, scope, engine.backend.keys({ prefix: scope.start, pageSize }));
}

async function* keysOf(
  engine: Engine,
  scope: KeyScope,
  pages: AsyncIterable<readonly string[]>,
): AsyncGenerator<KeyInput, void, undefined> {
  for await (const page of pages) {
    for (const text of page) {
      engine.checkOpen();
      const key = scope.keyOf(text);
      if (key === undefined) continue;
      // A delete that has not reached its tier yet: for this cache the entry is gone, unless it is a newer
      // one.
      const isDoubtful = engine.pending.limitOf(text) >= 0;
      if (isDoubtful && (await engine.read(text)) === undefined) continue;
      yield key;
    }
  }
}
