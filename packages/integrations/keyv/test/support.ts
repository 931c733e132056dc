import type { KeyvLike, KeyvStoreLike } from "../src/index.ts";

/** A Keyv whose store takes an absolute end, and whose own functions hide failures: a Keyv 6. */
export function storeOfVersion6(): KeyvLike & { readonly ends: Map<string, number | undefined> } {
  const texts = new Map<string, string>();
  const ends = new Map<string, number | undefined>();
  const store: KeyvStoreLike = {
    capabilities: { expires: true },
    get: async (key) => texts.get(key),
    async set(key, value, expires) {
      texts.set(key, value);
      ends.set(key, expires);
      return true;
    },
    delete: async (key) => texts.delete(key),
  };
  const hidden = async (): Promise<undefined> => undefined;
  return { get: hidden, set: hidden, delete: hidden, store, ends };
}
