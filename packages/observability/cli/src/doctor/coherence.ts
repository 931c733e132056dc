import { cacheValue } from "@hitbox/core";
import { type Store, type StoreTier, sharedTier } from "../store/store.ts";
import { probeKey } from "./features.ts";
import { type Finding, ok, problem, tried } from "./finding.ts";

/** Milliseconds in which changes must be heard. */
const PATIENCE = 5_000;

/** Has `hearer` listen while `teller` changes keys. */
export function coherence(kind: string, hearer: Store, teller: Store): Promise<Finding> {
  const check = `coherence by ${kind}`;
  return tried(check, async () => {
    const ear = new Ear(sharedTier(hearer));
    try {
      if (!(await within(ear.ready))) return problem(check, "the server does not let changes be heard");
      // The first change of a process that was not known before makes all copies be dropped.
      const isHeard = (await heardAfter(ear, teller)) !== undefined;
      const ms = isHeard ? await heardAfter(ear, teller) : undefined;
      if (ms === undefined) return problem(check, `a change was not heard for ${PATIENCE} ms`);
      return ok(check, `a change is heard ${ms.toFixed(1)} ms after it was begun`);
    } finally {
      ear.stop();
    }
  });
}

/** Milliseconds from a change until it is heard; undefined if it is not. */
async function heardAfter(ear: Ear, teller: Store): Promise<number | undefined> {
  const { typed } = sharedTier(teller);
  const key = probeKey();
  const heard = ear.listen(key);
  try {
    const began = performance.now();
    await typed.set(key, cacheValue("probe", { ttl: PATIENCE }));
    return (await within(heard)) ? performance.now() - began : undefined;
  } finally {
    await typed.delete(key);
  }
}

class Ear {
  readonly stop: () => void;
  readonly #ready = event();
  #key = "";
  #heard = event();

  constructor({ typed }: StoreTier) {
    this.stop = typed.watch({
      restored: () => {
        this.#ready.happens();
        this.#heard.happens();
      },
      changed: (keys) => keys.includes(this.#key) && this.#heard.happens(),
      lost: () => {},
    });
  }

  get ready(): Promise<true> {
    return this.#ready.promise;
  }

  /** Resolves when a change of the key is heard, or of all keys. */
  listen(key: string): Promise<true> {
    this.#key = key;
    this.#heard = event();
    return this.#heard.promise;
  }
}

function event(): { readonly promise: Promise<true>; happens(): void } {
  let happens = (): void => {};
  const promise = new Promise<true>((resolve) => {
    happens = () => resolve(true);
  });
  return { promise, happens: () => happens() };
}

async function within(happening: Promise<true>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, PATIENCE, false);
  });
  try {
    return await Promise.race([happening, late]);
  } finally {
    clearTimeout(timer);
  }
}
