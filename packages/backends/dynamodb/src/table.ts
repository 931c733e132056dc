import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  ScanCommand,
  type ScanCommandInput,
  type ScanCommandOutput,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { BackendError } from "@hitbox/core";
import { classify } from "./classify.ts";
import type { Deadline } from "./deadline.ts";
import type { Item } from "./item.ts";
import type { Projection } from "./layout.ts";
import { addMiddleware, type Sendable } from "./middleware.ts";
import type { Sender, StopSignal } from "./stop.ts";
import { type Rest, untilProcessed } from "./until-processed.ts";

/** The part of the AWS SDK's client that is used: a `DynamoDBClient` of `@aws-sdk/client-dynamodb`. */
export type DynamoDbClient = Pick<DynamoDBClient, "send"> & {
  readonly config: Sender["config"] & { readonly region: () => Promise<string> };
};

/** `strong` sees every write that was answered before, at twice the cost of `eventual`. */
export type Consistency = "strong" | "eventual";

export type Condition = Pick<
  PutItemCommandInput,
  "ConditionExpression" | "ExpressionAttributeNames" | "ExpressionAttributeValues"
>;

export interface PutOptions {
  /** `ALL_OLD`: to answer with the item that is replaced. Default: `NONE`. */
  readonly old?: "ALL_OLD" | "NONE" | undefined;
  /** Default: none. */
  readonly condition?: Condition | undefined;
}

export interface Put {
  readonly isDone: boolean;
  /** The item that was replaced; undefined if it is not known. */
  readonly old: Item | undefined;
}

/** The outcome of a batch read. */
export interface BatchRead {
  readonly items: readonly Item[];
  /** Keys that were not read. */
  readonly rest: Rest<Item> | undefined;
}

/** The most keys that DynamoDB takes in a BatchGetItem, and the most requests in a BatchWriteItem. */
export const BATCH_READ: { readonly max: number } = Object.freeze({ max: 100 });
export const BATCH_WRITE: { readonly max: number } = Object.freeze({ max: 25 });

/** The requests to one table. The SDK retries failed ones; only unprocessed items of batches are sent again here. */
export class Table {
  readonly #client: DynamoDbClient;
  readonly #name: string;
  readonly #keyOf: (item: Item) => Item;
  /** True if the last request failed, or was tried more than once. */
  #isTroubled = false;

  /** `keyOf` gives the attributes of an item that are its key. */
  constructor(client: DynamoDbClient, name: string, keyOf: (item: Item) => Item) {
    this.#client = client;
    this.#name = name;
    this.#keyOf = keyOf;
  }

  async get(key: Item, consistency: Consistency, deadline: Deadline): Promise<Item | undefined> {
    const command = new GetItemCommand({
      TableName: this.#name,
      Key: key,
      ConsistentRead: consistency === "strong",
    });
    const { Item: item } = await this.#send(deadline, command, (sent, how) => this.#client.send(sent, how));
    return item;
  }

  /** Puts nothing if the condition does not hold; `isDone` is then false. */
  async put(item: Item, options: PutOptions, deadline: Deadline): Promise<Put> {
    const { old = "NONE", condition } = options;
    const command = new PutItemCommand({
      TableName: this.#name,
      Item: item,
      ReturnValues: old,
      ...condition,
    });
    try {
      const { Attributes } = await this.#send(deadline, command, (sent, how) => this.#client.send(sent, how));
      // If the SDK tried more than once, an earlier attempt may have put the item that was replaced.
      const isOwn = Attributes?.version !== undefined && Attributes.version.S === item.version?.S;
      return { isDone: true, old: isOwn ? undefined : Attributes };
    } catch (error) {
      if (!isNamed(error, "ConditionalCheckFailedException")) throw error;
      return { isDone: await this.#wasDone(item, error, deadline), old: undefined };
    }
  }

  /** Answers with the item that was there; with none if the condition does not hold. */
  async delete(key: Item, condition: Condition | undefined, deadline: Deadline): Promise<Item | undefined> {
    const input = { TableName: this.#name, Key: key, ReturnValues: "ALL_OLD" as const, ...condition };
    const command = new DeleteItemCommand(input);
    try {
      const { Attributes } = await this.#send(deadline, command, (sent, how) => this.#client.send(sent, how));
      return Attributes;
    } catch (error) {
      if (!isNamed(error, "ConditionalCheckFailedException")) throw error;
      return undefined;
    }
  }

  query(input: Omit<QueryCommandInput, "TableName">, deadline: Deadline): Promise<QueryCommandOutput> {
    const command = new QueryCommand({ TableName: this.#name, ...input });
    return this.#send(deadline, command, (sent, how) => this.#client.send(sent, how));
  }

  scan(input: Omit<ScanCommandInput, "TableName">, deadline: Deadline): Promise<ScanCommandOutput> {
    const command = new ScanCommand({ TableName: this.#name, ...input });
    return this.#send(deadline, command, (sent, how) => this.#client.send(sent, how));
  }

  /** Reads up to 100 items, in any order. Rejects if none came; otherwise says which keys were not read, and why. */
  async getMany(
    keys: readonly Item[],
    consistency: Consistency,
    deadline: Deadline,
    projection?: Projection,
  ): Promise<BatchRead> {
    const items: Item[] = [];
    const rest = await untilProcessed([...keys], deadline, async (left) => {
      const request = {
        [this.#name]: { Keys: left, ConsistentRead: consistency === "strong", ...projection },
      };
      const command = new BatchGetItemCommand({ RequestItems: request });
      const output = await this.#send(deadline, command, (sent, how) => this.#client.send(sent, how));
      items.push(...(theOne(output.Responses) ?? []));
      return theOne(output.UnprocessedKeys)?.Keys ?? [];
    });
    return { items, rest };
  }

  /** Up to 25 puts and deletes of different items. Rejects if one of them was not done. */
  async writeMany(requests: readonly WriteRequest[], deadline: Deadline): Promise<void> {
    const rest = await untilProcessed([...requests], deadline, async (left) => {
      const command = new BatchWriteItemCommand({ RequestItems: { [this.#name]: left } });
      const output = await this.#send(deadline, command, (sent, how) => this.#client.send(sent, how));
      return theOne(output.UnprocessedItems) ?? [];
    });
    if (rest !== undefined) throw rest.error;
  }

  async #send<C extends Sendable, R extends MetadataBearer>(
    deadline: Deadline,
    command: C,
    send: (command: C, options: { readonly abortSignal: StopSignal }) => Promise<R>,
  ): Promise<R> {
    deadline.check();
    // It costs a read 2%: too much for a lone read of a table that was well until now.
    if (this.#isTroubled || !(command instanceof GetItemCommand))
      addMiddleware(command, this.#client, deadline);
    try {
      const output = await deadline.request(this.#client, (options) => send(command, options));
      this.#isTroubled = output.$metadata.attempts !== 1;
      return output;
    } catch (error) {
      this.#isTroubled = true;
      throw isNamed(error, "ResourceNotFoundException") ? await this.#missing(error) : error;
    }
  }

  /** If the SDK tried more than once, an earlier attempt may have been done, and its answer lost. */
  async #wasDone(item: Item, { $metadata }: SdkError, deadline: Deadline): Promise<boolean> {
    if (($metadata?.attempts ?? 1) === 1) return false;
    const now = await this.get(this.#keyOf(item), "strong", deadline).catch(unknown);
    return now?.version?.S === item.version?.S;
  }

  async #missing(cause: Error): Promise<BackendError> {
    const region = await this.#client.config.region().catch(() => "its region");
    return new BackendError("internal", `there is no table "${this.#name}" in ${region}: ${cause.message}`, {
      cause,
    });
  }
}

interface SdkError extends Error {
  readonly $metadata?: { readonly attempts?: number; readonly httpStatusCode?: number } | undefined;
}

/** True if a request was refused the first time that it was sent: it has certainly not been done. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { attempts, httpStatusCode = 0 } = (error as SdkError).$metadata ?? {};
  return attempts === 1 && httpStatusCode >= 400 && httpStatusCode < 500;
}

/** An error of the read that was to tell. It does not pass for a refusal of the write, as the read's own error would. */
function unknown(cause: Error): never {
  const message = `whether it was written is not known: ${cause.message}`;
  throw new BackendError(classify(cause) ?? "internal", message, { cause });
}

function isNamed(error: unknown, name: string): error is SdkError {
  return error instanceof Error && error.name === name;
}

/** The part of a batch's answer that is about the one table it asked. */
function theOne<T>(byTable: Readonly<Record<string, T>> | undefined): T | undefined {
  return Object.values(byTable ?? {})[0];
}

interface MetadataBearer {
  readonly $metadata: { readonly attempts?: number | undefined };
}
