import type { Backend } from "@hitbox/core";
import { loadPeer } from "./load-peer.ts";
import type { Opened, Place } from "./place.ts";
import { picked } from "./query.ts";

interface DynamoDbModule {
  readonly dynamodb: (options: object) => Backend;
}

interface Sdk {
  readonly DynamoDBClient: new (options: object) => { destroy(): void };
}

/** Milliseconds. */
const TIMEOUT = 10_000;
const CLIENT = ["region", "endpoint"];
const ATTRIBUTES = ["partitionKey", "sortKey", "ttlAttribute"];

/**
 * A table: `dynamodb://TABLE?region=eu-west-1`. Credentials are those of the SDK. `endpoint`, `partitionKey`,
 * `sortKey` and `ttlAttribute` are options of the client and the adapter.
 */
export async function openDynamoDb(text: string, { cwd, prefix }: Place): Promise<Opened | undefined> {
  const [, table = "", query = ""] = /^dynamodb:\/\/([^?/]+)(?:\?(.*))?$/.exec(text) ?? [];
  if (table === "") return undefined;
  const { dynamodb } = await loadPeer<DynamoDbModule>("@hitbox/dynamodb", cwd, "@aws-sdk/client-dynamodb");
  const { DynamoDBClient } = await loadPeer<Sdk>("@aws-sdk/client-dynamodb", cwd);
  const options = new URLSearchParams(query);
  const client = new DynamoDBClient(picked(options, CLIENT));
  const own = { client, table, timeout: TIMEOUT, chunking: true, ...picked(options, ATTRIBUTES) };
  const backend = dynamodb({ ...own, ...(prefix !== undefined && { prefix }) });
  return {
    name: `dynamodb://${table}`,
    backends: [backend],
    prefix: prefix ?? "hitbox",
    close: async () => client.destroy(),
  };
}
