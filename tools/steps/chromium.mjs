import { program } from "./program.mjs";

const HOW_TO_INSTALL = `The long tests of the dashboard and of the site need Chromium. Install it:
  Debian:   sudo apt-get install chromium
  Fedora:   sudo dnf install chromium
  macOS:    brew install --cask chromium
or set CHROMIUM to the path of the program.`;

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** A Chromium that can be run, as `{ path, source }`. */
export function chromium() {
  return program({ variable: "CHROMIUM", names: NAMES, debian: "chromium", howToInstall: HOW_TO_INSTALL });
}
