import { BatchGetItemCommand, type BatchGetItemCommandInput } from "@aws-sdk/client-dynamodb";
import { type DynamoDbServer, startDynamoDbLocal } from "@hitbox/test-servers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTable } from "../src/index.ts";
import { dynamodb } from "./patient.ts";
import { clientOf, entry, fresh } from "./support.ts";

let server: DynamoDbServer;
const table = "logs";
beforeAll(async () => {
  server = await startDynamoDbLocal();
  await createTable(clientOf(server), { table });
}, 60_000);
afterAll(() => server.close());

interface Line {
  readonly commandName: string;
  readonly input: BatchGetItemCommandInput;
  readonly output: { readonly Responses: Record<string, { readonly pk: { readonly S: string } }[]> };
}

test("a client's logger is told what the SDK tells it of any batch", async () => {
  const lines: Line[] = [];
  const nothing = (): void => {};
  const info = (line: unknown): void => void lines.push(line as Line);
  const logger = { trace: nothing, debug: nothing, info, warn: nothing, error: nothing };
  const client = clientOf(server, { logger });
  const backend = dynamodb({ client, table, prefix: fresh("logs") });
  await backend.write("a", entry("first"));
  await backend.write("b", entry("second"));
  lines.length = 0;

  await backend.readMany?.(["a", "b"]);
  const [ours] = lines as [Line];
  await client.send(new BatchGetItemCommand(ours.input));
  const [, plain] = lines as [Line, Line];

  expect(ours.commandName).toBe("BatchGetItemCommand");
  expect(ours.input).toEqual(plain.input);
  expect(inOrder(ours)).toEqual(inOrder(plain));
  expect(inOrder(ours)).toHaveLength(2);
});

/** A batch's items come in any order. */
function inOrder({ output }: Line): Line["output"]["Responses"][string] {
  return [...(output.Responses[table] ?? [])].sort((one, other) => (one.pk.S < other.pk.S ? -1 : 1));
}
