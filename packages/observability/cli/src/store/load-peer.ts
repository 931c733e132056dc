import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { lacksPackage } from "../exit-codes.ts";
import { UsageError } from "../usage-error.ts";

/**
 * Loads a package that the user has installed: the one of the current folder, or the one beside this program.
 * Undefined if there is none.
 */
export async function findPeer<Module>(name: string, cwd: string): Promise<Module | undefined> {
  for (const place of [join(cwd, "package.json"), import.meta.url]) {
    const path = resolved(name, place);
    if (path !== undefined) return (await import(pathToFileURL(path).href)) as Module;
  }
  return undefined;
}

/** @throws UsageError that names the command to install it, and its client `with_` it. */
export async function loadPeer<Module>(name: string, cwd: string, with_ = ""): Promise<Module> {
  const remedy = `Run: npm i ${name}${with_ && ` ${with_}`}`;
  const found = await findPeer<Module>(name, cwd).catch((error: unknown) => {
    if (!lacksPackage(error)) throw error;
    throw new UsageError(`${name} needs a package that is not installed here. ${remedy}`);
  });
  if (found !== undefined) return found;
  throw new UsageError(`${name} is not installed here. ${remedy}`);
}

function resolved(name: string, place: string): string | undefined {
  try {
    return createRequire(place).resolve(name);
  } catch {
    return undefined;
  }
}
