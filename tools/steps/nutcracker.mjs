import { installed, onPath } from "./installed.mjs";

/**
 * A nutcracker (twemproxy) that can be run: the one named by NUTCRACKER, else from PATH, else installed with
 * apt-get (as
 * root on Debian or Ubuntu). Resolves with `{ path, source }`. Without a path the tests take a
 * proxy of their own instead.
 */
export async function nutcracker() {
  if (process.env.NUTCRACKER) return { path: process.env.NUTCRACKER, source: "NUTCRACKER" };
  const path = await onPath("nutcracker");
  if (path !== undefined) return { path, source: path };
  try {
    return { path: await installed("nutcracker", "nutcracker"), source: "apt-get" };
  } catch (error) {
    return { path: undefined, source: `none: ${error.message.trim()}` };
  }
}
