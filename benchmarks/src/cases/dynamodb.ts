import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { cacheBackend, cacheValue, json } from "@hitbox/core";
import { createTable, dynamodb } from "@hitbox/dynamodb";
import type { Comparison } from "../compare.ts";
import { keysOf, TTL, type User, user } from "../workload.ts";

const ENTRIES = 1_000;
const TABLE = "bench";
const PREFIX = "bench";
const CONCURRENT = 100;
const keyAt = keysOf(ENTRIES);
const format = json();

type Backend = ReturnType<typeof cacheBackend>;

export function clientOf({ endpoint }: { readonly endpoint: string }): DynamoDBClient {
  const credentials = { accessKeyId: "bench", secretAccessKey: "bench" };
  return new DynamoDBClient({ endpoint, region: "eu-west-1", credentials });
}

export async function filledDynamoDb(client: DynamoDBClient): Promise<Backend> {
  await createTable(client, { table: TABLE });
  const backend = cacheBackend(dynamodb({ client, table: TABLE, prefix: PREFIX, timeout: 60_000 }));
  const entries = Array.from(
    { length: ENTRIES },
    (_, id) => [`user:v3:id=${id}`, cacheValue(user(id), { ttl: TTL })] as const,
  );
  await backend.setMany(entries);
  return backend;
}

/** What a careful program does by hand: the same item, read as consistently, its payload parsed unless it has expired. */
async function byHand(client: DynamoDBClient, key: string): Promise<User | undefined> {
  const Key = { pk: { S: `${PREFIX}::${key}` } };
  const { Item } = await client.send(new GetItemCommand({ TableName: TABLE, Key, ConsistentRead: true }));
  if (Item?.payload?.B === undefined || Number(Item.expiresAt?.N) <= Date.now()) return undefined;
  return format.deserialize(Item.payload.B) as User;
}

/** One read at a time. */
export function dynamoDbOneAtATime(client: DynamoDBClient, backend: Backend): Comparison {
  return {
    name: "DynamoDB Local, one read at a time",
    baseline: {
      name: "GetItemCommand + decode",
      async run(count) {
        for (let step = 0; step < count; step++) check(await byHand(client, keyAt(step)));
      },
    },
    subject: {
      name: "typed get",
      async run(count) {
        for (let step = 0; step < count; step++) check((await backend.get<User>(keyAt(step)))?.data);
      },
    },
    ratio: "time",
    goal: 1.05,
    // Short turns, many of them: a reply takes longer or shorter with what the machine does beside.
    count: 20,
    rounds: 301,
  };
}

/** 100 reads begun together. */
export function dynamoDbConcurrent(client: DynamoDBClient, backend: Backend): Comparison {
  const together = async (
    count: number,
    read: (key: string) => PromiseLike<User | undefined> | undefined,
  ): Promise<void> => {
    for (let done = 0; done < count; done += CONCURRENT) {
      const reads = Array.from({ length: CONCURRENT }, (_, index) => read(keyAt(done + index)));
      for (const value of await Promise.all(reads)) check(value);
    }
  };
  const typed = async (key: string): Promise<User | undefined> => (await backend.get<User>(key))?.data;
  return {
    name: "DynamoDB Local, 100 concurrent reads",
    baseline: {
      name: "GetItemCommand + decode",
      run: (count) => together(count, (key) => byHand(client, key)),
    },
    subject: { name: "typed get", run: (count) => together(count, typed) },
    ratio: "throughput",
    goal: 5,
    count: 500,
    rounds: 51,
    warmUp: 20_000,
  };
}

function check(value: User | undefined): void {
  if (value?.roles.length !== 2) throw new Error("a read came back wrong");
}
