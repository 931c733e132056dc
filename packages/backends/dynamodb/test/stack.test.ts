import { readFile } from "node:fs/promises";
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type TimeToLiveSpecification,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { type DynamoDbServer, startDynamoDbLocal } from "@hitbox/test-servers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { createTable } from "../src/index.ts";
import { dynamodb } from "./patient.ts";
import { clientOf, entry, textOf } from "./support.ts";

const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");

let server: DynamoDbServer;
beforeAll(async () => {
  server = await startDynamoDbLocal();
}, 60_000);
afterAll(() => server.close());

interface Stack {
  readonly CacheTable: {
    readonly Properties: Omit<CreateTableCommandInput, "TableName"> & {
      readonly TimeToLiveSpecification: TimeToLiveSpecification;
    };
  };
  readonly CachePolicy: { readonly Properties: { readonly PolicyDocument: unknown } };
}

/** The README's CloudFormation, with what its short forms stand for. */
function stack(): Stack {
  const [, text = ""] = /```yaml\n(.*?)```/s.exec(readme) ?? [];
  const getAtt = { tag: "!GetAtt", resolve: (name: string) => ({ "Fn::GetAtt": name.split(".") }) };
  return parse(text, { customTags: [getAtt] }).Resources;
}

test("the README's table for CloudFormation is one that serves, and that createTable finds as it should be", async () => {
  const { TimeToLiveSpecification, ...definition } = stack().CacheTable.Properties;
  const client = clientOf(server);
  const table = { TableName: "cache" };
  await client.send(new CreateTableCommand({ ...table, ...definition }));
  await client.send(new UpdateTimeToLiveCommand({ ...table, TimeToLiveSpecification }));
  await createTable(client, { table: "cache" });
  const tier = dynamodb({ client, table: "cache" });
  await tier.write("key", entry("value"));
  expect(textOf(await tier.read("key"))).toBe("value");
});

test("the README's policy for CloudFormation is for that table alone", () => {
  expect(stack().CachePolicy.Properties.PolicyDocument).toMatchObject({
    Statement: [{ Effect: "Allow", Resource: { "Fn::GetAtt": ["CacheTable", "Arn"] } }],
  });
});
