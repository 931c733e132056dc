import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Backend, json } from "@hitbox/core";
import { lmdb } from "@hitbox/lmdb";
import { memory } from "@hitbox/memory";
import { redis } from "@hitbox/redis";
import { type RedisServer, startRedis } from "@hitbox/test-servers";

export type Kind = "memory" | "lmdb" | "redis";

/** The pairs of tiers that people compose. */
export const PAIRS: readonly (readonly [l1: Kind, l2: Kind])[] = [
  ["memory", "redis"],
  ["memory", "lmdb"],
  ["lmdb", "redis"],
];

/** Real stores, each opened once for all tests of a file, which keep to keys of their own. */
export class RealStores {
  readonly #folder = mkdtempSync(join(tmpdir(), "hitbox-tiers-"));
  readonly #stores = new Map<string, Backend<unknown>>();
  #server: RedisServer | undefined;

  async start(): Promise<void> {
    this.#server = await startRedis();
  }

  open(kind: Kind, label: string): Backend<unknown> {
    const name = `${kind}-${label}`;
    const store = this.#stores.get(name) ?? this.#make(kind, name, label);
    this.#stores.set(name, store);
    return store;
  }

  async close(): Promise<void> {
    for (const store of this.#stores.values()) await store.close?.();
    await this.#server?.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #make(kind: Kind, name: string, label: string): Backend<unknown> {
    if (kind === "memory") return memory({ maxEntries: 20_000, format: json(), label });
    if (kind === "lmdb") return lmdb({ path: join(this.#folder, name), label });
    return redis({ url: this.#server?.url ?? "", timeout: 20_000, prefix: name, label });
  }
}
