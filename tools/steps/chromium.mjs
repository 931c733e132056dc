import { installed, onPath } from "./installed.mjs";

const HOW_TO_INSTALL = `The long tests of the dashboard need Chromium. Install it:
  Debian:   sudo apt-get install chromium
  Fedora:   sudo dnf install chromium
  macOS:    brew install --cask chromium
or set CHROMIUM to the path of the program.`;

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/**
 * A Chromium that can be run: the program named by CHROMIUM, else from PATH, else installed with apt-get (as
 * root on Debian). Resolves with `{ path, source }`, where `source` says which.
 */
export async function chromium() {
  if (process.env.CHROMIUM) return { path: process.env.CHROMIUM, source: "CHROMIUM" };
  for (const name of NAMES) {
    const path = await onPath(name);
    if (path !== undefined) return { path, source: path };
  }
  try {
    return { path: await installed("chromium", "chromium"), source: "apt-get" };
  } catch (error) {
    throw new Error(`${HOW_TO_INSTALL}\nTried:\n  PATH: there is none\n  apt-get: ${error.message.trim()}`);
  }
}
