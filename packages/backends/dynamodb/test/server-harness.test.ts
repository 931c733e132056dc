import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { type DynamoDbServer, startDynalite, startDynamoDbLocal } from "@hitbox/test-servers";
import { afterEach, describe, expect, it } from "vitest";
import { createTable } from "../src/index.ts";
import { clientOf } from "./support.ts";

let server: DynamoDbServer | undefined;
afterEach(async () => {
  delete process.env.JAVA;
  await server?.close();
  server = undefined;
});

/** Milliseconds in which any server answers, and those that one is given which cannot. */
const [PATIENCE, BRIEFLY] = [20_000, 300];

/** The tables of a server; undefined if it does not answer. */
async function tables(
  of: DynamoDbServer,
  { region = "eu-west-1", within = PATIENCE } = {},
): Promise<string[] | undefined> {
  const client = clientOf(of, { region, maxAttempts: 1 });
  const abortSignal = AbortSignal.timeout(within);
  const listed = await client.send(new ListTablesCommand({}), { abortSignal }).catch(() => undefined);
  client.destroy();
  return listed?.TableNames;
}

describe("a DynamoDB for tests", () => {
  it("answers when it has started, falls silent, comes back, and dies", async () => {
    const local = await startDynamoDbLocal();
    server = local;
    expect(local.endpoint).toBe(`http://127.0.0.1:${local.port}`);
    // The first answer of a new process takes longer than others.
    await createTable(clientOf(local), { table: "cache" });
    expect(await tables(local)).toEqual(["cache"]);
    expect(await tables(local, { region: "us-east-1" })).toEqual([]);
    local.stop();
    expect(await tables(local, { within: BRIEFLY })).toBeUndefined();
    local.resume();
    expect(await tables(local)).toEqual(["cache"]);
    await local.kill();
    expect(await tables(local)).toBeUndefined();
  });

  it("without Java answers when it has started, and is gone when it is closed", async () => {
    server = await startDynalite();
    expect(await tables(server)).toEqual([]);
    await server.close();
    expect(await tables(server)).toBeUndefined();
    server = undefined;
  });

  it("says how to install Java where there is none", async () => {
    process.env.JAVA = "/no/such/java";
    await expect(startDynamoDbLocal()).rejects.toThrow(/"\/no\/such\/java" was not found.*apt-get install/s);
  });
});
