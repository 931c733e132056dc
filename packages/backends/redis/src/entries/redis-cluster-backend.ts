import type { BackendError, DeleteStatus, Origin, StoredValue } from "@hitbox/core";
import { whenAll } from "../connection/when-all.ts";
import { failureOf } from "./decode.ts";
import { RedisBackend } from "./redis-backend.ts";

/**
 * A cluster takes a command only with keys of one slot, and the keys of a batch are of about as many slots
 * as keys. So a batch is single commands that leave together. Each node gets its commands in one write, all
 * nodes at the same time. A redirection or a failure concerns one key.
 */
export class RedisClusterBackend extends RedisBackend {
  override async readMany(keys: readonly string[]): Promise<(StoredValue | BackendError | undefined)[]> {
    return Promise.all(
      this.connection.port.together(() => keys.map((key) => this.read(key).catch(failureOf))),
    );
  }

  override async writeMany(
    entries: readonly (readonly [key: string, value: StoredValue])[],
    origin?: Origin,
  ): Promise<void> {
    const write = async ([key, value]: (typeof entries)[number]): Promise<void> =>
      this.write(key, value, origin);
    await whenAll(this.connection.port.together(() => entries.map(write)));
  }

  override removeMany(keys: readonly string[], origin?: Origin): Promise<DeleteStatus[]> {
    return whenAll(this.connection.port.together(() => keys.map((key) => this.remove(key, origin))));
  }
}
