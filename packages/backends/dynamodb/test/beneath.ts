import { setTimeout as sleep } from "node:timers/promises";
import {
  type AttributeValue,
  BatchWriteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { RawHooks } from "@hitbox/conformance";
import { slices } from "@hitbox/core/tier";
import type { DynamoDbClient } from "../src/table.ts";
import { clientOf, itemsOf } from "./support.ts";

type Item = Record<string, AttributeValue>;

/** A port that nobody listens at. */
const NOBODY = { endpoint: "http://127.0.0.1:1" };

/** The way to tables beneath the backends of spaces, which get a client that all of them share. */
export class Beneath {
  readonly #client: () => DynamoDBClient;
  readonly #tableOf: (space: string) => string;
  readonly #sortKey: string | undefined;
  readonly #away = new Map<string, DynamoDBClient>();
  readonly #destroyed = new Set<string>();

  constructor(client: () => DynamoDBClient, tableOf: (space: string) => string, sortKey: string | undefined) {
    this.#client = client;
    this.#tableOf = tableOf;
    this.#sortKey = sortKey;
  }

  /** The client of a space: it sends to nobody once the space is away. */
  clientOf(space: string): DynamoDbClient & Pick<DynamoDBClient, "destroy"> {
    const client = this.#client();
    const send = (...sent: Parameters<DynamoDBClient["send"]>) =>
      (this.#away.get(space) ?? client).send(...sent);
    return {
      config: client.config,
      send: send as DynamoDBClient["send"],
      destroy: () => void this.#destroyed.add(space),
    };
  }

  readonly hooks: RawHooks = {
    client: "given",
    connections: (space) => (this.#destroyed.has(space) ? 0 : 1),
    breakConnection: (space) => void this.#away.set(space, clientOf(NOBODY)),
    // DynamoDB takes days to remove an item that is over, and a stand-in may never do so.
    bytes: async (space, key) => {
      const item = await this.#itemOf(space, key);
      return item && !hasEnded(item) ? item.payload?.B : undefined;
    },
    timeToLive: async (space, key) => {
      const item = await this.#itemOf(space, key);
      return item && (endOf(item) ?? Number.POSITIVE_INFINITY) - Date.now();
    },
    damage: async (space, key) => {
      const Item = { ...this.#keyOf(space, key), payload: { B: Buffer.from("no entry") } };
      await this.#client().send(new PutItemCommand({ TableName: this.#tableOf(space), Item }));
    },
    // As DynamoDB does by the TTL attribute, which has whole seconds.
    sweep: async (space) => {
      await sleep(1_000);
      const items = await itemsOf(this.#client(), this.#tableOf(space));
      await Promise.all(slices(items.filter(hasEnded), 25).map((some) => this.#delete(space, some)));
    },
  };

  async #itemOf(space: string, key: string): Promise<Item | undefined> {
    const asked = { TableName: this.#tableOf(space), Key: this.#keyOf(space, key), ConsistentRead: true };
    return (await this.#client().send(new GetItemCommand(asked))).Item;
  }

  async #delete(space: string, items: readonly Item[]): Promise<void> {
    const names = ["pk", ...(this.#sortKey === undefined ? [] : [this.#sortKey])];
    const requests = items.map((item) => ({
      DeleteRequest: { Key: Object.fromEntries(names.map((name) => [name, item[name] as AttributeValue])) },
    }));
    const request = { RequestItems: { [this.#tableOf(space)]: requests } };
    await this.#client().send(new BatchWriteItemCommand(request));
  }

  #keyOf(space: string, key: string): Item {
    return this.#sortKey === undefined
      ? { pk: { S: `${space}::${key}` } }
      : { pk: { S: space }, [this.#sortKey]: { S: key } };
  }
}

/** Epoch milliseconds; undefined: it has no end. */
function endOf({ ttl }: Item): number | undefined {
  return ttl?.N === undefined ? undefined : Number(ttl.N) * 1_000;
}

function hasEnded(item: Item): boolean {
  return (endOf(item) ?? Number.POSITIVE_INFINITY) <= Date.now();
}
