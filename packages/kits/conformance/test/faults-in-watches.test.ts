import type { Origin } from "@hitbox/core";
import { MapBackend } from "./support/map-backend.ts";
import { testFaults } from "./support/planted.ts";
import { WatchedMapBackend } from "./support/watched-map-backend.ts";

const TOLD = "who watches is told at once what others do through the same backend";
const NOT_OWN = "who watches is not told of what is one's own";

testFaults("stores: watches", {
  "are deaf to what goes through the backend": {
    backend: class extends WatchedMapBackend {
      override tell(): void {}
    },
    caughtBy: [TOLD],
  },
  "tell later than they answer": {
    backend: class extends WatchedMapBackend {
      override tell(key: string, origin: Origin | undefined): void {
        setImmediate(() => super.tell(key, origin));
      }
    },
    caughtBy: [TOLD],
  },
  "do not tell of a clear": {
    backend: class extends WatchedMapBackend {
      override async clear(): Promise<void> {
        await MapBackend.prototype.clear.call(this);
      }
    },
    caughtBy: [TOLD],
  },
  "lose the origin": {
    backend: class extends WatchedMapBackend {
      override tell(key: string): void {
        super.tell(key, undefined);
      }
    },
    caughtBy: [NOT_OWN],
  },
  "lose the origin of a clear": {
    backend: class extends WatchedMapBackend {
      override async clear(): Promise<void> {
        await super.clear();
      }
    },
    caughtBy: [NOT_OWN],
  },
});
