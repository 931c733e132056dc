import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
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

/** @throws UsageError that names the command to install it. */
export async function loadPeer<Module>(name: string, cwd: string, with_ = ""): Promise<Module> {
  const found = await findPeer<Module>(name, cwd);
  if (found !== undefined) return found;
  throw new UsageError(`${name} is not installed here. Run: npm i ${name}${with_ && ` ${with_}`}`);
}

function resolved(name: string, place: string): string | undefined {
  try {
    return createRequire(place).resolve(name);
  } catch {
    return undefined;
  }
}
