import { installed, onPath } from "./installed.mjs";

const HOW_TO_INSTALL = `The tests need a real memcached. Install one:
  Debian, Ubuntu:  sudo apt-get install memcached
  Fedora:          sudo dnf install memcached
  macOS:           brew install memcached
or set MEMCACHED to the path of the program.`;

/**
 * A memcached that can be run: the one named by MEMCACHED, else from PATH, else installed with apt-get (as
 * root on Debian or Ubuntu). Resolves with `{ path, source }`, where `source` says which.
 */
export async function memcached() {
  if (process.env.MEMCACHED) return { path: process.env.MEMCACHED, source: "MEMCACHED" };
  const path = await onPath("memcached");
  if (path !== undefined) return { path, source: path };
  try {
    return { path: await installed("memcached", "memcached"), source: "apt-get" };
  } catch (error) {
    throw new Error(`${HOW_TO_INSTALL}\nTried:\n  PATH: there is none\n  apt-get: ${error.message.trim()}`);
  }
}
