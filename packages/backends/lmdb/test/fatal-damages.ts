import { startChild } from "./child.ts";

/** Each damage is made to a copy, and each copy is opened once: LMDB keeps no file open under two names. */
const OPEN_EACH = `
  import { cpSync, openSync, closeSync, rmSync, writeSync } from "node:fs";
  import { join } from "node:path";
  const work = async (copy, damage) => {
    const file = openSync(join(copy, "data.mdb"), "r+");
    for (const [position, bytes] of damage)
      writeSync(file, Uint8Array.from(bytes), 0, bytes.length, position);
    closeSync(file);
    const backend = cacheBackend(lmdb({ path: copy }));
    for (let index = 0; index < 300; index += 7) await backend.get("key " + index);
    for (let index = 0; index < 20; index++) await backend.set("new " + index, cacheValue("y".repeat(3000)));
    await backend.delete("key 200");
    await backend.close();
  };
  for (let round = 0; ; round++) {
    const damage = JSON.parse(await hear());
    const copy = path + "-" + process.pid + "-" + round;
    cpSync(path, copy, { recursive: true });
    const answer = await Promise.race([
      work(copy, damage).then(() => "fine", (error) => error.code ?? "other"),
      new Promise((resolve) => setTimeout(resolve, 5000, "hangs")),
    ]);
    rmSync(copy, { recursive: true, force: true });
    say(answer);
  }
`;

/** Bytes written over a position of data.mdb. */
export interface Damage {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/**
 * Opens a store with each damage, reads, writes and closes it, in a process of its own. The damages that
 * ended it. A process before it has to have built the package.
 */
export async function fatalOf(path: string, damages: readonly (readonly Damage[])[]): Promise<unknown[]> {
  const fatal: unknown[] = [];
  let next = 0;
  while (next < damages.length) {
    const child = startChild(path, OPEN_EACH);
    for (; next < damages.length; next++) {
      child.say(JSON.stringify(damages[next]?.map(({ position, bytes }) => [position, [...bytes]])));
      const answer = await child.hear();
      if (answer !== undefined) continue;
      fatal.push([damages[next], await child.ended]);
      next += 1;
      break;
    }
    child.kill("SIGKILL");
  }
  return fatal;
}
