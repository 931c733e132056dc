import { program } from "./program.mjs";

/**
 * A nutcracker (twemproxy) that can be run, as `{ path, source }`. Without a path the tests take a proxy of
 * their own instead.
 */
export function nutcracker() {
  const wanted = {
    variable: "NUTCRACKER",
    names: ["nutcracker"],
    debian: "nutcracker",
    howToInstall: "none",
  };
  return program(wanted).catch(({ message }) => ({ path: undefined, source: message.replaceAll("\n", " ") }));
}
