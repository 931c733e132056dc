import { randomUUID } from "node:crypto";
import { FENCE_MS, type StoredLease } from "@hitbox/core";
import type { Deadline } from "./deadline.ts";
import type { Entries, EntriesSettings } from "./entries.ts";
import { type Item, isEntry, numeric, text, ttl, wholeNumber } from "./item.ts";
import type { Condition } from "./table.ts";

/**
 * Fences and leases. The fence of a key is the `version` of its item, so that any put or delete, which need
 * not know of
 * fences, voids it; if a key has no entry, an item that holds nothing else stands for it. Who has the lease
 * is in
 * another item, of its own size: asking for the lease of a large entry does not cost a write of that size.
 */
export class Leases {
  readonly #settings: EntriesSettings;
  readonly #entries: Entries;

  constructor(settings: EntriesSettings, entries: Entries) {
    this.#settings = settings;
    this.#entries = entries;
  }

  async ask(key: string, ms: number, deadline: Deadline): Promise<StoredLease> {
    const { table, layout } = this.#settings;
    for (;;) {
      const item = await table.get(layout.entry(key), "strong", deadline);
      const fence = await this.#fenceOf(key, item, deadline);
      // Another process has put an item there meanwhile.
      if (fence === undefined) continue;
      // Before the claim: if the entry cannot be read, no caller holds a lease without knowing.
      const entry = await this.#entries.whole(item, key, deadline);
      return { fence, granted: await this.#claim(key, fence, ms, deadline), entry };
    }
  }

  /** The condition under which an entry may be written: the item that the fence stands for is still there. */
  holding(fence: string): Condition {
    return {
      ConditionExpression: "#version = :fence AND (attribute_not_exists(#ends) OR #ends > :now)",
      ExpressionAttributeNames: { "#version": "version", "#ends": "fenceEnds" },
      ExpressionAttributeValues: { ":fence": { S: fence }, ":now": numeric(this.#settings.now()) },
    };
  }

  async release(key: string, fence: string, deadline: Deadline): Promise<void> {
    const { table, layout } = this.#settings;
    const condition = {
      ConditionExpression: "#fence = :fence",
      ExpressionAttributeNames: { "#fence": "fence" },
      ExpressionAttributeValues: { ":fence": { S: fence } },
    };
    await table.delete(layout.lease(key), condition, deadline);
  }

  async #fenceOf(key: string, item: Item | undefined, deadline: Deadline): Promise<string | undefined> {
    if (item !== undefined && (isEntry(item) || wholeNumber(item, "fenceEnds") > this.#settings.now()))
      return text(item, "version");
    const { table, layout, ttlAttribute, now } = this.#settings;
    const [fence, ends] = [randomUUID(), now() + FENCE_MS];
    const mark = { version: { S: fence }, fenceEnds: numeric(ends), ...ttl(ends, ttlAttribute) };
    const condition = item === undefined ? this.#nothingThere() : sameVersion(text(item, "version"));
    const { isDone } = await table.put({ ...layout.entry(key), ...mark }, { condition }, deadline);
    return isDone ? fence : undefined;
  }

  /**
   * Takes the lease if nobody has it: if it is free, has run out, was for a fence that is void, or is from
   * before the clock was set back. None is longer than `FENCE_MS`; the other half of `latest` is for callers
   * whose clocks are behind that of the caller who has the lease.
   */
  async #claim(key: string, fence: string, ms: number, deadline: Deadline): Promise<boolean> {
    const { table, layout, ttlAttribute } = this.#settings;
    const now = this.#settings.now();
    const lease = {
      ...layout.lease(key),
      ...{ version: { S: randomUUID() }, fence: { S: fence }, leasedUntil: numeric(now + ms) },
      ...ttl(now + ms, ttlAttribute),
    };
    const condition = {
      ConditionExpression:
        "attribute_not_exists(#fence) OR #fence <> :fence OR #until <= :now OR #until > :latest",
      ExpressionAttributeNames: { "#fence": "fence", "#until": "leasedUntil" },
      ExpressionAttributeValues: {
        ":fence": { S: fence },
        ":now": numeric(now),
        ":latest": numeric(now + 2 * FENCE_MS),
      },
    };
    const { isDone } = await table.put(lease, { condition }, deadline);
    return isDone;
  }

  #nothingThere(): Condition {
    return {
      ConditionExpression: "attribute_not_exists(#key)",
      ExpressionAttributeNames: { "#key": this.#settings.layout.partitionKey },
    };
  }
}

function sameVersion(version: string): Condition {
  return {
    ConditionExpression: "#version = :version",
    ExpressionAttributeNames: { "#version": "version" },
    ExpressionAttributeValues: { ":version": { S: version } },
  };
}
