import {
  type AttributeValue,
  DynamoDBClient,
  type DynamoDBClientConfig,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { type DynamoDbServer, startDynalite, startDynamoDbLocal } from "@hitbox/test-servers";

export { dataOf as textOf, failureOf, storedEntry as entry } from "@hitbox/test-support";

/** Both stand-ins for DynamoDB, for `describe.each`. */
export const SERVERS: readonly { readonly name: string; readonly start: () => Promise<DynamoDbServer> }[] = [
  { name: "dynalite", start: startDynalite },
  { name: "DynamoDB Local", start: () => startDynamoDbLocal() },
];

/** A client of a server that takes any credentials. */
export function clientOf(
  { endpoint }: Pick<DynamoDbServer, "endpoint">,
  config: DynamoDBClientConfig = {},
): DynamoDBClient {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  return new DynamoDBClient({ endpoint, region: "eu-west-1", credentials, ...config });
}

let spaces = 0;

/** A name that no other test of this process uses. */
export function fresh(what: string): string {
  spaces += 1;
  return `${what}${spaces}`;
}

/** The names of the commands that a client is asked to send, in order. */
export function commandsOf(client: DynamoDBClient): string[] {
  const names: string[] = [];
  client.middlewareStack.add(
    (next, context) => (args) => {
      names.push(`${context.commandName}`.replace("Command", ""));
      return next(args);
    },
    { step: "initialize" },
  );
  return names;
}

/** How a client's requests are tampered with; `name` is a command's, such as `PutItem`. */
export type Tamper = (name: string, send: () => Promise<unknown>, count: number) => Promise<unknown>;

/** Hands every attempt of a request to `tamper`, counted by command from 1. */
export function tamperWith(client: DynamoDBClient, tamper: Tamper): void {
  const counts = new Map<string, number>();
  client.middlewareStack.add(
    (next, context) => (args) => {
      const name = `${context.commandName}`.replace("Command", "");
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      return tamper(name, () => next(args), count) as ReturnType<typeof next>;
    },
    { step: "finalizeRequest", priority: "low" },
  );
}

type Requests = Record<string, { Keys: unknown[] } | unknown[]>;

/**
 * Leaves batches half done, as a busy table does: of the n-th batch, from 1, only the first `process(n)` items reach the
 * server, and the rest is answered as unprocessed.
 */
export function leaveUnprocessed(client: DynamoDBClient, process: (batch: number) => number): void {
  let batches = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      const { RequestItems } = args.input as { RequestItems?: Requests };
      if (RequestItems === undefined) return next(args);
      batches += 1;
      const done = process(batches);
      const some = mapItems(RequestItems, (items) => items.slice(0, done));
      const rest = mapItems(RequestItems, (items) => items.slice(done));
      const { output, response } =
        done === 0
          ? { output: { $metadata: {} }, response: {} }
          : await next({ ...args, input: { ...args.input, RequestItems: some } as typeof args.input });
      const left = itemsIn(rest) === 0 ? {} : { UnprocessedKeys: rest, UnprocessedItems: rest };
      return { response, output: { ...output, ...left } as typeof output };
    },
    { step: "initialize" },
  );
}

function mapItems(requests: Requests, change: (items: unknown[]) => unknown[]): Requests {
  return Object.fromEntries(
    Object.entries(requests).map(([table, request]) => [
      table,
      Array.isArray(request) ? change(request) : { ...request, Keys: change(request.Keys) },
    ]),
  );
}

function itemsIn(requests: Requests): number {
  const [request] = Object.values(requests);
  return Array.isArray(request) ? request.length : (request?.Keys.length ?? 0);
}

/** All items of a table. */
export async function itemsOf(
  client: DynamoDBClient,
  table: string,
): Promise<Record<string, AttributeValue>[]> {
  const items: Record<string, AttributeValue>[] = [];
  let from: Record<string, AttributeValue> | undefined;
  do {
    const scan = new ScanCommand({ TableName: table, ExclusiveStartKey: from });
    const { Items = [], LastEvaluatedKey } = await client.send(scan);
    items.push(...Items);
    from = LastEvaluatedKey;
  } while (from !== undefined);
  return items;
}
