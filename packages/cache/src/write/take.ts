import { allOf, chain, type MaybePromise, recover } from "@hitbox/core";
import type { Engine } from "../engine.ts";
import type { Policy } from "../policy/policy.ts";
import { remove } from "./change.ts";

/**
 * Deletes entries, and answers for each key whether this call is the one that has deleted it where all
 * processes share it. A first tier may still have what another process has taken.
 */
export async function removeTaken(
  engine: Engine,
  policy: Policy,
  keys: readonly string[],
): Promise<boolean[]> {
  if (engine.isItsOwnShared) return remove(engine, policy, keys);
  const isOurs = await allOf(keys, (key) => deleteShared(engine, key));
  await remove(engine, policy, keys);
  return isOurs;
}

/** False also if the tier has failed: the delete of all tiers, which follows, is tried again. */
function deleteShared(engine: Engine, key: string): MaybePromise<boolean> {
  return recover(
    () =>
      chain(
        engine.send([key], undefined, () => engine.backend.shared.delete(key)),
        ({ status }) => status === "deleted",
      ),
    (error) => {
      engine.report("delete", key, error);
      return false;
    },
  );
}
