import { readFile } from "node:fs/promises";

type Versions = Record<string, string>;

interface Manifest {
  dependencies: Versions;
  peerDependencies?: Versions;
  devDependencies: Versions;
}

/**
 * Completes the manifest of a new package: the versions of core and of the kit that this program was released
 * with, and the store's client. The client is a peer, so that the user of the adapter chooses its version.
 */
export async function completeManifest(text: string, client: string | undefined): Promise<string> {
  const { dependencies, devDependencies, ...others } = JSON.parse(text) as Manifest;
  const released = await releasedWith();
  const manifest = {
    ...others,
    dependencies: filled(dependencies, released),
    ...(client !== undefined && { peerDependencies: { [client]: "*" } }),
    devDependencies: filled({ ...devDependencies, ...(client !== undefined && { [client]: "*" }) }, released),
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/** Versions of core and of the kit. This package depends on them for the sake of their versions alone. */
async function releasedWith(): Promise<Versions> {
  const own = await readFile(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(own) as Manifest).dependencies;
}

function filled(versions: Versions, released: Versions): Versions {
  const entries = Object.entries(versions).map(
    ([name, version]) => [name, released[name] ?? version] as const,
  );
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}
