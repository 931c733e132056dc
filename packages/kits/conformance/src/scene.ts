import {
  type Backend,
  type BackendSupports,
  type CacheBackend,
  cacheBackend,
  isCacheBackend,
  type MaybePromise,
} from "@hitbox/core";

import type { RawHooks } from "./raw-hooks.ts";

export type OpenSpace = (space: string) => MaybePromise<Backend<unknown> | CacheBackend>;

/** One opened backend, under both of its faces. */
export interface Opened {
  readonly cache: CacheBackend;
  /** Undefined for a composition, which has no raw contract. */
  readonly raw: Backend<unknown> | undefined;
  readonly supports: BackendSupports;
}

/** The input of a backend case. */
export interface Scene {
  /** A name that no other case and no earlier run has used. */
  readonly space: string;
  /** Space names that look like `space`, for telling neighbours apart. */
  readonly lookAlikes: readonly string[];
  /** Ways beneath the adapter, as far as the author has given them. */
  readonly hooks: RawHooks;
  /** Default: the case's own space. Everything opened is closed when the case ends. */
  open(space?: string): Promise<Opened>;
}

/** Runs one case and closes its backends, even if the case failed. A failing close fails the case. */
export async function runScene(
  open: OpenSpace,
  names: Pick<Scene, "space" | "lookAlikes" | "hooks">,
  run: (scene: Scene) => Promise<void> | void,
): Promise<void> {
  const opened: CacheBackend[] = [];
  const scene: Scene = {
    ...names,
    async open(space = names.space) {
      const backend = await open(space);
      const cache = cacheBackend(backend);
      opened.push(cache);
      return { cache, raw: isCacheBackend(backend) ? undefined : backend, supports: cache.supports };
    },
  };
  let closed: PromiseSettledResult<void>[] = [];
  try {
    await run(scene);
  } finally {
    closed = await Promise.allSettled(opened.map((cache) => cache.close()));
  }
  for (const close of closed) if (close.status === "rejected") throw close.reason;
}
