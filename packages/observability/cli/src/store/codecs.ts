import { brotli, type CacheBackendOptions, gzip, json, typedJson } from "@hitbox/core";
import { findPeer } from "./load-peer.ts";

type Codecs = NonNullable<CacheBackendOptions["accepts"]>;
type Factories = Readonly<Record<string, (() => Codecs[number]) | undefined>>;

const PEERS = { "@hitbox/cbor": "cbor", "@hitbox/zstd": "zstd" } as const;

/** The formats and compressors of hitbox that are installed: an entry names its own. */
export async function installedCodecs(cwd: string): Promise<Codecs> {
  const own = [json(), typedJson(), gzip(), brotli()];
  const found = await Promise.all(
    Object.entries(PEERS).map(([name, factory]) => codecOf(name, factory, cwd)),
  );
  return [...own, ...found.filter((codec) => codec !== undefined)];
}

/** A codec whose native part is missing is none: entries that need it name it in their error. */
async function codecOf(name: string, factory: string, cwd: string): Promise<Codecs[number] | undefined> {
  try {
    return (await findPeer<Factories>(name, cwd))?.[factory]?.();
  } catch {
    return undefined;
  }
}
