import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Cache } from "@hitbox/cache";
import { type AnyBackend, isBackend } from "@hitbox/core";
import { INSPECTED, type Inspected } from "@hitbox/core/tier";
import { UsageError } from "../usage-error.ts";
import type { Opened } from "./place.ts";

const NAMES = ["js", "mjs", "ts", "mts"].map((ending) => `hitbox.config.${ending}`);
const RULE = "export `backend`: a backend, or the tiers as an array, the fastest first; or export `cache`";

/** The path of the configuration in a folder. */
export async function findConfig(folder: string): Promise<string | undefined> {
  return NAMES.map((name) => join(folder, name)).find((path) => existsSync(path));
}

/** The backends that a module exports. */
export async function loadConfig(path: string, cwd: string): Promise<Opened> {
  const file = resolve(cwd, path);
  const name = basename(file);
  if (!existsSync(file)) throw new UsageError(`there is no file ${file}. Write the path of a configuration`);
  const exported = await importModule(file);
  const { backend = exported.cache ?? exported.default } = exported;
  if (isCache(backend)) return ofCache(name, backend);
  const backends = (Array.isArray(backend) ? backend : [backend]) as readonly unknown[];
  if (backends.length === 0 || !backends.every(isBackend))
    throw new UsageError(`${name} exports no backend. Expected: ${RULE}`);
  return { name, backends: backends as readonly AnyBackend[], prefix: "", close: async () => {} };
}

type InspectedCache = Pick<Cache, "close"> & { readonly [INSPECTED]: Inspected };

function isCache(value: unknown): value is InspectedCache {
  return typeof value === "object" && value !== null && INSPECTED in value;
}

/** All tiers of a cache as one, which a command sees as the cache does. */
function ofCache(name: string, cache: InspectedCache): Opened {
  return { name, backends: [cache[INSPECTED].backend], prefix: "", close: () => cache.close() };
}

/** Imports a module of the user. Node imports TypeScript from version 22.18 on. */
export async function importModule(file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_UNKNOWN_FILE_EXTENSION") throw error;
    const remedy = "Use Node 22.18 or later, or run it with a loader: node --import tsx";
    throw new UsageError(`${basename(file)} is TypeScript, which this Node cannot import. ${remedy}`);
  }
}
