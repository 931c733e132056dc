import { BackendError, type DeleteStatus, type Origin, type StoredValue } from "@hitbox/core";
import { classify } from "./classify.ts";
import { together, whenAll } from "./cluster-batch.ts";
import { RedisBackend } from "./redis-backend.ts";

/**
 * A cluster takes a command only with keys of one slot, and a batch's keys are of as many slots as keys, about. So a
 * batch is single commands that leave together: each node gets its own in one go, all nodes at the same time, and
 * redirections and failures are of the keys that they are about.
 */
export class RedisClusterBackend extends RedisBackend {
  override async readMany(keys: readonly string[]): Promise<(StoredValue | BackendError | undefined)[]> {
    return Promise.all(together(this.connection, keys, (key) => this.read(key).catch(failure)));
  }

  override async writeMany(
    entries: readonly (readonly [key: string, value: StoredValue])[],
    origin?: Origin,
  ): Promise<void> {
    await whenAll(together(this.connection, entries, async ([key, value]) => this.write(key, value, origin)));
  }

  override removeMany(keys: readonly string[], origin?: Origin): Promise<DeleteStatus[]> {
    return whenAll(together(this.connection, keys, (key) => this.remove(key, origin)));
  }
}

function failure(error: unknown): BackendError {
  if (BackendError.is(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new BackendError(classify(error) ?? "internal", message, { cause: error });
}
