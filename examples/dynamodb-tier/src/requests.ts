import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** A client, and what it has been asked to send since it was last asked. */
export interface CountedClient {
  readonly client: DynamoDBClient;
  /** As in `2 BatchGetItem, 1 PutItem`; empty for none. */
  sinceLast(): string;
}

/** Credentials and region are not looked at by dynalite nor by DynamoDB Local, and have to be there. */
export function countedClient(endpoint: string): CountedClient {
  const credentials = { accessKeyId: "example", secretAccessKey: "example" };
  const client = new DynamoDBClient({ endpoint, region: "eu-west-1", credentials, maxAttempts: 2 });
  const counts = new Map<string, number>();
  client.middlewareStack.add(
    (next, context) => (args) => {
      const name = `${context.commandName}`.replace("Command", "");
      counts.set(name, (counts.get(name) ?? 0) + 1);
      return next(args);
    },
    { step: "initialize" },
  );
  return {
    client,
    sinceLast() {
      const sent = [...counts].map(([name, count]) => `${count} ${name}`).join(", ");
      counts.clear();
      return sent;
    },
  };
}
