/**
 * A store that behaves like an adapter of a server, in as few steps as possible: it answers with promises,
 * keeps bytes, and has leases. Its own functions are not counted.
 */
export function remoteStore({ json, passthrough, text }) {
  const entries = new Map();
  const leases = new Map();
  const change = (key) => {
    leases.delete(key);
  };
  const write = async (key, value) => {
    change(key);
    entries.set(key, value);
  };
  return {
    label: "remote",
    supports: { ...SUPPORTS },
    keyFormat: text(),
    valueFormat: json(),
    compressor: passthrough(),
    read: async (key) => entries.get(key),
    readMany: async (keys) => keys.map((key) => entries.get(key)),
    write,
    remove: async (key) => {
      change(key);
      return entries.delete(key) ? { status: "deleted", count: 1 } : { status: "missing" };
    },
    clear: async () => entries.clear(),
    lease: async (key) => {
      const fence = leases.get(key);
      if (fence === undefined) leases.set(key, "1");
      return { fence: "1", granted: fence === undefined, entry: entries.get(key) };
    },
    writeFenced: async (key, value, fence) => {
      if (leases.get(key) !== fence) return false;
      await write(key, value);
      return true;
    },
    releaseLease: async (key) => change(key),
  };
}

const SUPPORTS = Object.freeze({
  expiry: "none",
  shared: true,
  persistent: true,
  readMany: { max: 1_000 },
  writeMany: false,
  removeMany: false,
  clear: true,
  lease: true,
});
