import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type DynamoDBClient, InternalServerError, ThrottlingException } from "@aws-sdk/client-dynamodb";
import { cacheBackend, cacheValue } from "@hitbox/core";
import { afterEach, describe, expect, it } from "vitest";
import { createTable, dynamodb } from "../src/index.ts";
import { clientOf } from "./support.ts";

const credentials = {
  accessKeyId: "planted-access-key-id",
  secretAccessKey: "planted-secret-access-key",
  sessionToken: "planted-session-token",
};
const table = "cache";

let fake: Server | undefined;
afterEach(() => fake?.close());

/** A client of a server that answers every request as `answer` does. */
async function clientAt(
  answer: (request: IncomingMessage, reply: ServerResponse) => void,
  maxAttempts = 1,
): Promise<DynamoDBClient> {
  fake = createServer(answer).listen(0, "127.0.0.1");
  await once(fake, "listening");
  const { port } = fake.address() as AddressInfo;
  return clientOf({ endpoint: `http://127.0.0.1:${port}` }, { maxAttempts, credentials });
}

/** Refuses a request, and quotes it: AWS does so when a signature is wrong, and careless proxies do. */
function quoting(type: string, status: number) {
  return (request: IncomingMessage, reply: ServerResponse): void => {
    const message = `refused ${JSON.stringify(request.headers)}\n\n'${request.rawHeaders.join("\n")}'`;
    reply.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
    reply.end(JSON.stringify({ __type: `com.amazon.coral.service#${type}`, message }));
  };
}

/** The errors of all operations, and of `createTable`. */
async function errorsWith(client: DynamoDBClient, timeout = 10_000): Promise<unknown[]> {
  const cache = cacheBackend(dynamodb({ client, table, timeout }));
  const entries = ["a", "b"].map((key) => [key, cacheValue(key)] as const);
  const all = await Promise.allSettled([
    cache.get("key"),
    cache.getMany(["a", "b"]),
    cache.set("key", cacheValue(1)),
    cache.setMany(entries),
    cache.delete("key"),
    cache.deleteMany(Array.from({ length: 30 }, (_, index) => `key${index}`)),
    cache.lease("key", 1_000),
    createTable(client, { table, timeout }),
  ]);
  return all.map((result) => (result.status === "rejected" ? result.reason : fail("resolved")));
}

function fail(message: string): never {
  throw new Error(message);
}

/** Every string that a value leads to, hidden properties and causes included. */
function stringsIn(root: unknown): string[] {
  const [seen, pending, strings] = [new Set<unknown>(), [root], [] as string[]];
  for (let value = pending.pop(); ; value = pending.pop()) {
    if (typeof value === "string") strings.push(value);
    if (typeof value === "object" && value !== null && !seen.has(value)) {
      seen.add(value);
      const keys = ArrayBuffer.isView(value) ? [] : Reflect.ownKeys(value);
      pending.push(...keys.map((key) => (value as Record<PropertyKey, unknown>)[key]));
    }
    if (pending.length === 0) return strings;
  }
}

function expectNoSecrets(errors: readonly unknown[]): void {
  for (const error of errors) {
    const strings = stringsIn(error);
    for (const secret of ["planted", "Signature=", "AWS4-HMAC"])
      expect(
        strings.filter((text) => text.includes(secret) && !text.includes("AWS4-HMAC-SHA256 Credential=***")),
      ).toEqual([]);
  }
}

describe("credentials of AWS", () => {
  it.each([
    ["InvalidSignatureException", 400],
    ["ThrottlingException", 400],
    ["ValidationException", 400],
    ["ResourceNotFoundException", 400],
    ["InternalServerError", 500],
  ])("reach no error when the server quotes a request in its %s", async (type, status) => {
    const errors = await errorsWith(await clientAt(quoting(type, status)));
    for (const error of errors) expect((error as Error).message).toContain("refused");
    expectNoSecrets(errors);
  });

  it("reach no error of an operation that is tried again until its deadline", async () => {
    expectNoSecrets(await errorsWith(await clientAt(quoting("InternalServerError", 500), 100), 500));
  });

  it("reach no error of a connection that breaks", async () => {
    expectNoSecrets(await errorsWith(await clientAt((_, reply) => reply.destroy())));
  });

  it("reach no error when the server answers with no JSON", async () => {
    const page = (request: IncomingMessage, reply: ServerResponse): unknown =>
      reply.writeHead(502).end(`<html>${JSON.stringify(request.headers)}`);
    expectNoSecrets(await errorsWith(await clientAt(page)));
  });

  it("reach no error when their provider fails", async () => {
    const provider = async (): Promise<never> => {
      throw Object.assign(new Error("no AKIAPLANTED0123456789 here"), { name: "CredentialsProviderError" });
    };
    const errors = await errorsWith(clientOf({ endpoint: "http://127.0.0.1:1" }, { credentials: provider }));
    for (const error of errors) expect((error as Error).message).toContain("no *** here");
    expect(errors.flatMap(stringsIn).filter((text) => text.includes("AKIA"))).toEqual([]);
  });

  it("reach no error of an option", () => {
    const wrong = [
      { client: credentials },
      { client: { credentials } },
      { client: credentials.secretAccessKey },
    ];
    for (const options of wrong) {
      expect(() => dynamodb({ table, ...options } as never)).toThrow(/^client must be a DynamoDBClient/);
      expect(() => dynamodb({ table, ...options } as never)).not.toThrow("planted");
    }
  });
});

it("an error keeps its class, its name and the number of attempts", async () => {
  const client = await clientAt(quoting("ThrottlingException", 400));
  const [error] = await errorsWith(client);
  const { cause } = error as { cause: Error };
  expect(cause).toMatchObject({
    name: "ThrottlingException",
    $metadata: { httpStatusCode: 400, attempts: 1 },
  });
  expect(cause).toBeInstanceOf(ThrottlingException);
  expect(cause).not.toBeInstanceOf(InternalServerError);
  expect(cause.stack).toContain("    at ");
});
