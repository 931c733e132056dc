import type {
  BackendListener,
  BackendSupports,
  DeleteStatus,
  Origin,
  StopWatching,
  StoredValue,
} from "@hitbox/core";
import { MapBackend } from "./map-backend.ts";

const SUPPORTS = Object.freeze({ ...new MapBackend(new Map(), "").supports, watch: true });

/** An honest backend that nobody else writes to, and that tells of what goes through it. */
export class WatchedMapBackend extends MapBackend {
  override readonly supports: BackendSupports = SUPPORTS;
  readonly listeners: Set<BackendListener> = new Set();

  watch(listener: BackendListener): StopWatching {
    this.listeners.add(listener);
    queueMicrotask(() => listener.restored());
    return () => void this.listeners.delete(listener);
  }

  tell(key: string, origin: Origin | undefined): void {
    for (const listener of this.listeners) listener.changed([key], origin);
  }

  override async write(key: string, value: StoredValue, origin?: Origin): Promise<void> {
    await super.write(key, value);
    this.tell(key, origin);
  }

  override async writeFenced(
    key: string,
    value: StoredValue,
    fence: string,
    origin?: Origin,
  ): Promise<boolean> {
    if (this.claims.get(this.at(key))?.fence !== fence) return false;
    await this.write(key, value, origin);
    return true;
  }

  override async remove(key: string, origin?: Origin): Promise<DeleteStatus> {
    const status = await super.remove(key);
    this.tell(key, origin);
    return status;
  }

  override async writeMany(
    entries: readonly (readonly [string, StoredValue])[],
    origin?: Origin,
  ): Promise<void> {
    if (entries.length > 7) throw new Error("too many entries");
    for (const [key, value] of entries) await this.write(key, value, origin);
  }

  override async removeMany(keys: readonly string[], origin?: Origin): Promise<DeleteStatus[]> {
    if (keys.length > 8) throw new Error("too many keys");
    return Promise.all(keys.map((key) => this.remove(key, origin)));
  }

  override async clear(origin?: Origin): Promise<void> {
    await super.clear();
    for (const listener of this.listeners) {
      listener.lost(origin);
      listener.restored(origin);
    }
  }
}
