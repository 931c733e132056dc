import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type KeySchemaElement,
  type TableDescription,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { checkKnown, checkMilliseconds, checkOption } from "@hitbox/core";
import {
  type CheckedAttributes,
  checkAttributes,
  checkTable,
  TABLE_ATTRIBUTES,
  type TableAttributes,
} from "./attribute-names.ts";
import { Deadline } from "./deadline.ts";
import { checkClient } from "./dynamodb.ts";
import type { DynamoDbClient } from "./table.ts";

export interface CreateTableOptions extends TableAttributes {
  readonly table: string;
  /** Milliseconds for all of it. Default: 60,000. */
  readonly timeout?: number | undefined;
}

/** Milliseconds between looks at a table that is being made. */
const LOOK = 500;

/**
 * Makes the table that `dynamodb` needs, billed by request, waits until it can be used, and enables its time to live.
 * A table that is there already is kept, and gets its time to live. For tests and first steps: see the README for
 * CloudFormation, CDK and Terraform.
 *
 * Where the time to live cannot be enabled because the server does not know it (dynalite), the table is left without.
 *
 * @throws TypeError for an option that is unknown or wrong, and if a table of that name has other keys; otherwise the
 * SDK's error, without secrets.
 * @example
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * await createTable(new DynamoDBClient(), { table: "cache" });
 */
export async function createTable(client: DynamoDbClient, options: CreateTableOptions): Promise<void> {
  checkClient(client);
  checkKnown("createTable", options, [...TABLE_ATTRIBUTES, "table", "timeout"]);
  const { timeout = 60_000 } = options;
  checkMilliseconds("timeout", timeout, 1, 2 ** 31 - 1);
  const attributes = checkAttributes(options);
  const name = checkTable(options.table);
  await Deadline.run(timeout, async (deadline) => {
    const create = new CreateTableCommand(definition(name, attributes));
    await deadline
      .request(client, (options) => client.send(create, options))
      .catch(unless("ResourceInUseException"));
    checkKeys(await active(client, name, deadline), attributes);
    await enableTimeToLive(client, name, attributes.ttlAttribute, deadline);
  });
}

function definition(TableName: string, attributes: CheckedAttributes): CreateTableCommandInput {
  const keys = keySchema(attributes);
  return {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: keys.map(({ AttributeName }) => ({ AttributeName, AttributeType: "S" })),
    KeySchema: keys,
  };
}

function keySchema({ partitionKey, sortKey }: CheckedAttributes): KeySchemaElement[] {
  const partition: KeySchemaElement = { AttributeName: partitionKey, KeyType: "HASH" };
  return sortKey === undefined ? [partition] : [partition, { AttributeName: sortKey, KeyType: "RANGE" }];
}

/** The table, once it can be used. */
async function active(client: DynamoDbClient, name: string, deadline: Deadline): Promise<TableDescription> {
  const describe = new DescribeTableCommand({ TableName: name });
  for (;;) {
    const { Table } = await deadline.request(client, (options) => client.send(describe, options));
    if (Table?.TableStatus === "ACTIVE" || Table?.TableStatus === "UPDATING") return Table;
    await deadline.pause(LOOK);
  }
}

function checkKeys(table: TableDescription, attributes: CheckedAttributes): void {
  const { KeySchema = [], AttributeDefinitions = [] } = table;
  const names = (keys: readonly KeySchemaElement[]): string =>
    keys.map((key) => key.AttributeName).join(", ");
  const [actual, wanted] = [names(KeySchema), names(keySchema(attributes))];
  checkOption(actual === wanted, "table", actual, `is there, and its keys are not ${wanted}`);
  for (const { AttributeName, AttributeType } of AttributeDefinitions) {
    const isText = AttributeType === "S" || !KeySchema.some((key) => key.AttributeName === AttributeName);
    checkOption(isText, "table", AttributeType, `is there, and its key ${AttributeName} is not of type S`);
  }
}

async function enableTimeToLive(
  client: DynamoDbClient,
  name: string,
  attribute: string,
  deadline: Deadline,
): Promise<void> {
  if (await isEnabled(client, name, attribute, deadline)) return;
  const specification = { AttributeName: attribute, Enabled: true };
  const enable = new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification: specification });
  const enabled = deadline.request(client, (options) => client.send(enable, options));
  await enabled.catch(async (error: unknown) => {
    // Whoever made the table at the same time may have been first.
    const isRefused = error instanceof Error && error.name === "ValidationException";
    if (isRefused && (await isEnabled(client, name, attribute, deadline))) return;
    unless("UnknownOperationException")(error);
  });
}

async function isEnabled(
  client: DynamoDbClient,
  name: string,
  attribute: string,
  deadline: Deadline,
): Promise<boolean> {
  const describe = new DescribeTimeToLiveCommand({ TableName: name });
  const { TimeToLiveDescription: now } = await deadline.request(client, (options) =>
    client.send(describe, options),
  );
  return now?.TimeToLiveStatus?.startsWith("ENABL") === true && now.AttributeName === attribute;
}

/** Takes an error of that name for a success. */
function unless(name: string): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof Error && error.name === name)) throw error;
  };
}
