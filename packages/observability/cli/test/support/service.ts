import { type Cache, createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { type Compressor, passthrough } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { redis } from "@hitbox/redis";
import { onTestFinished } from "vitest";

export interface ServiceOptions {
  readonly coherence?: "tracking" | "bus";
  readonly compressor?: Compressor;
}

/** A cache over memory and Redis, as a service has it; closed when the test is over. */
export function service(url: string, prefix: string, options: ServiceOptions = {}): Cache {
  const { coherence = "tracking", compressor = passthrough() } = options;
  const far = redis({ url, prefix, coherence, compressor, timeout: 10_000 });
  const cache = createCache({ backend: compose(memory({ maxEntries: 100 }), far), ttl: "1h" });
  onTestFinished(() => cache.close());
  return cache;
}

let prefixes = 0;

/** A prefix that no other test of this process uses. */
export function freshPrefix(): string {
  prefixes += 1;
  return `cli${prefixes}`;
}
