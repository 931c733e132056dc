import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Backend } from "@hitbox/core";
import { UsageError } from "../usage-error.ts";
import { loadPeer } from "./load-peer.ts";
import type { Opened, Place } from "./place.ts";

interface LmdbModule {
  readonly lmdb: (options: object) => Backend;
}

/** A directory: `lmdb:PATH`. One that is not there is not made. */
export async function openLmdb(text: string, { cwd }: Place): Promise<Opened | undefined> {
  if (!text.startsWith("lmdb:")) return undefined;
  const path = resolve(cwd, text.slice("lmdb:".length));
  if (!existsSync(path)) throw new UsageError(`there is no store at ${path}. Write lmdb:PATH`);
  const { lmdb } = await loadPeer<LmdbModule>("@hitbox/lmdb", cwd);
  const backend = lmdb({ path, sweepInterval: Number.POSITIVE_INFINITY, onWarning: () => {} });
  return { name: `lmdb:${path}`, backends: [backend], prefix: "", close: async () => {} };
}
