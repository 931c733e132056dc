import { INSPECTED, type Inspected, type TierBackend } from "@hitbox/core/tier";
import { Refusal } from "../http/refusal.ts";
import type { DashboardCache, Settings } from "../options.ts";
import { tierOf } from "../tier-of.ts";

/** A cache or a backend whose entries can be looked into. */
export interface Source {
  /** Its operations count as those of a tool, so that they change no ratio. */
  readonly tier: TierBackend;
  readonly judgeTags: Inspected["judgeTags"];
  delete(key: string): Promise<boolean>;
  readonly cache: DashboardCache | undefined;
}

export type Sources = ReadonlyMap<string, Source>;

export function sourcesOf({ backends, caches, now }: Settings): Sources {
  const ofCaches = Object.entries(caches).map(([name, cache]) => [name, cacheSource(cache)] as const);
  const others = Object.entries(backends).map(
    ([name, backend]) => [name, backendSource(tierOf(backend, now))] as const,
  );
  return new Map([...ofCaches, ...others]);
}

/** @throws Refusal for a name that is none of a source. */
export function sourceOf(sources: Sources, name: string): Source {
  const source = sources.get(name);
  if (source === undefined) throw new Refusal(404, "There is no cache of this name.");
  return source;
}

function cacheSource(cache: DashboardCache): Source {
  const { [INSPECTED]: inspected } = cache as DashboardCache & { readonly [INSPECTED]: Inspected };
  const { backend, judgeTags } = inspected;
  const remove = async (key: string): Promise<boolean> => (await inspected.deleteMany([key]))[0] === true;
  return { tier: backend.withPurpose("inspect"), judgeTags, delete: remove, cache };
}

function backendSource(backend: TierBackend): Source {
  const tier = backend.withPurpose("inspect");
  const remove = async (key: string): Promise<boolean> => (await tier.delete(key)).status === "deleted";
  // Nobody knows the records of its tags.
  return { tier, judgeTags: () => "valid", delete: remove, cache: undefined };
}
