import {
  type Backend,
  BackendError,
  type BackendSupports,
  deleted,
  json,
  type MaybePromise,
  missing,
  passthrough,
  type StoredLease,
  type StoredValue,
  text,
} from "@hitbox/core";
import { PLAIN_SUPPORTS } from "@hitbox/test-support";

/** What becomes of one operation: `lost` is applied, and its answer is an error all the same. */
export type Fate = "ok" | "fail" | "lost";

/** A store that takes its time, before an operation takes effect and after, and fails when told to. */
export function modelStore(
  pause: (what: string) => Promise<void>,
  fate: () => Fate,
  leases: "leases" | "no leases",
): Backend<unknown> {
  const entries = new Map<string, StoredValue<unknown>>();
  const claims = new Map<string, { readonly fence: string; isTaken: boolean }>();
  let fences = 0;

  async function operate<R>(what: string, act: () => R): Promise<R> {
    await pause(`${what} →`);
    const end = fate();
    const result = end === "fail" ? undefined : act();
    await pause(`${what} ←`);
    if (end === "ok") return result as R;
    throw new BackendError("timeout", `${what} ${end}`);
  }
  const change = (key: string): void => void claims.delete(key);
  const write = (key: string, value: StoredValue<unknown>): void => {
    change(key);
    entries.set(key, value);
  };
  const lease = (key: string): StoredLease<unknown> => {
    const claim = claims.get(key) ?? { fence: `${++fences}`, isTaken: false };
    claims.set(key, claim);
    const granted = !claim.isTaken;
    claim.isTaken = true;
    return { fence: claim.fence, granted, entry: entries.get(key) };
  };
  const writeFenced = (key: string, value: StoredValue<unknown>, fence: string): boolean => {
    if (claims.get(key)?.fence !== fence) return false;
    write(key, value);
    return true;
  };
  const release = (key: string, fence: string): void => {
    const claim = claims.get(key);
    if (claim?.fence === fence) claim.isTaken = false;
  };
  const remove = (key: string): ReturnType<typeof missing> => {
    change(key);
    return entries.delete(key) ? deleted() : missing();
  };
  const name = (value: StoredValue<unknown>): string => Buffer.from(value.payload as Uint8Array).toString();
  const backend: Backend<unknown> = {
    label: "model",
    supports: { ...SUPPORTS, lease: leases === "leases" },
    keyFormat: text(),
    valueFormat: json() as never,
    compressor: passthrough(),
    read: (key): MaybePromise<StoredValue<unknown> | undefined> =>
      operate(`read ${key}`, () => entries.get(key)),
    write: (key, value) => operate(`write ${key}=${name(value)}`, () => write(key, value)),
    remove: (key) => operate(`remove ${key}`, () => remove(key)),
    // A page for each key: everything can happen between two of them.
    keys: ({ prefix, cursor = "", leased }) =>
      operate(`keys ${prefix} after ${cursor}`, () => {
        const all = new Set([...entries.keys(), ...(leased ? claims.keys() : [])]);
        const left = [...all].filter((key) => key.startsWith(prefix) && key > cursor).sort();
        return { keys: left.slice(0, 1), cursor: left.length > 1 ? left[0] : undefined };
      }),
    clear: () =>
      operate("clear", () => {
        entries.clear();
        claims.clear();
      }),
  };
  if (leases === "no leases") return backend;
  return {
    ...backend,
    lease: (key) => operate(`lease ${key}`, () => lease(key)),
    writeFenced: (key, value, fence) =>
      operate(`writeFenced ${key}=${name(value)}`, () => writeFenced(key, value, fence)),
    releaseLease: (key, fence) => operate(`release ${key}`, () => release(key, fence)),
  };
}

const SUPPORTS: BackendSupports = { ...PLAIN_SUPPORTS, shared: true, keys: true };
