import { type Cache, createCache } from "@hitbox/cache";
import type { Backend } from "@hitbox/core";
import { expect, onTestFinished } from "vitest";
import { type RunOptions, runInProcess } from "./run-in-process.ts";

export interface Tour extends RunOptions {
  /** The store for `--store`. */
  readonly store: string;
  readonly prefix?: string;
}

/** Runs the commands that every store has, beside a service over `backend`. */
export async function tour(backend: Backend, { store, prefix, ...options }: Tour): Promise<Cache> {
  const cache = createCache({ backend, ttl: "1h" });
  onTestFinished(() => cache.close());
  const hitbox = (...args: string[]) =>
    runInProcess([...args, "-s", store, ...(prefix === undefined ? [] : ["-p", prefix])], options);
  const users = cache.entity<string, number>({ prefix: "user", version: 1, tags: ["users"] });
  for (const id of [1, 2]) await users.set(id, "Ada");

  const { stdout, stderr } = await hitbox("inspect", "@user.v1:=1");
  expect(stdout, stderr).toContain('"value": "Ada"');
  await hitbox("delete", "@user.v1:=1", "--yes");
  expect([await users.get(1), await users.get(2)]).toEqual([undefined, "Ada"]);
  await hitbox("invalidate", "users", "--yes");
  expect(JSON.parse((await hitbox("inspect", "@user.v1:=2")).stdout).tiers[0].state).toBe("invalid");
  const doctor = await hitbox("doctor");
  expect(doctor.code, doctor.stdout + doctor.stderr).toBe(0);
  await expectKeys(cache, backend, hitbox);
  return cache;
}

/** A store that lists no keys says so. */
async function expectKeys(
  cache: Cache,
  backend: Backend,
  hitbox: (...args: string[]) => ReturnType<typeof runInProcess>,
): Promise<void> {
  await cache.set("rate", 1.08);
  const { code, stdout, stderr } = await hitbox("keys", "rate");
  if (backend.supports.keys === true) expect([code, stdout]).toEqual([0, '{"key":"rate"}\n']);
  else expect([code, stderr]).toEqual([4, expect.stringContaining("keys")]);
}
