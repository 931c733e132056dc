import semver from "semver";

/** Names of the peers that a package cannot do without. */
export function requiredPeers({ peerDependencies = {}, peerDependenciesMeta = {} }) {
  return Object.keys(peerDependencies).filter((peer) => peerDependenciesMeta[peer]?.optional !== true);
}

/**
 * The newest version of each peer that this Node runs, by name. A newer major may have left this Node behind,
 * while the package still takes the older one: Yarn 1 installs none whose `engines` exclude this Node.
 */
export async function versionsForThisNode(registry, peers, { peerDependencies = {} }) {
  const found = peers.map(async (name) => [name, await newest(registry, name, peerDependencies[name])]);
  return Object.fromEntries(await Promise.all(found));
}

async function newest(registry, name, range) {
  if (registry.published().includes(name)) return "latest";
  const { versions } = await (await fetch(`${registry.url}/${name}`)).json();
  const fitting = Object.entries(versions).filter(
    ([version, { engines }]) =>
      semver.satisfies(version, range) && semver.satisfies(process.version, engines?.node ?? "*"),
  );
  const found = semver.maxSatisfying(
    fitting.map(([version]) => version),
    range,
  );
  if (found === null) throw new Error(`no version of ${name} ${range} runs on Node ${process.version}`);
  return found;
}
