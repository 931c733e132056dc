import type { Socket } from "node:net";
import { type Backend, cacheBackend, cacheValue, type ErrorCode } from "@hitbox/core";
import { collected, until } from "@hitbox/test-support";
import { describe, expect, it, onTestFinished } from "vitest";
import { type S3Options, s3 } from "../src/index.ts";
import { type Answer, fakeServer, refusal } from "./fake.ts";
import { clientOf, failureOf } from "./support.ts";

const credentials = {
  accessKeyId: "planted-access-key-id",
  secretAccessKey: "planted-secret-access-key",
  sessionToken: "planted-session-token",
};

/** A backend of a server that answers every request as `answer` does, without the SDK's pauses. */
async function backendAt(
  answer: Answer,
  options: Partial<S3Options> = {},
  maxAttempts = 1,
): Promise<Backend> {
  const { endpoint } = await fakeServer(answer);
  const client = clientOf({ endpoint, credentials }, { maxAttempts });
  onTestFinished(() => client.destroy());
  return s3({ client, bucket: "cache", timeout: 20_000, onWarning: () => {}, ...options });
}

/** The errors of all operations. */
async function errorsOf(backend: Backend): Promise<Error[]> {
  const cache = cacheBackend(backend);
  const all = await Promise.allSettled([
    cache.get("key"),
    cache.getMany(["a", "b"]),
    cache.set("key", cacheValue("planted-value")),
    cache.setMany([["key", cacheValue("planted-value")]]),
    cache.delete("key"),
    cache.deleteMany(["a", "b"]),
    cache.lease("key", 1_000),
    cache.clear(),
    collected(cache.keys()),
  ]);
  return all.map((end) => {
    if (end.status === "rejected") return end.reason as Error;
    throw new Error("an operation has succeeded");
  });
}

describe("an error of S3", () => {
  it.each<[number, string, ErrorCode, string]>([
    [503, "SlowDown", "unavailable", "refused"],
    [500, "InternalError", "unavailable", "refused"],
    [409, "OperationAborted", "unavailable", "refused"],
    [429, "TooManyRequests", "unavailable", "refused"],
    [403, "QuotaExceeded", "unavailable", "refused"],
    [400, "RequestTimeout", "timeout", "refused"],
    [400, "EntityTooLarge", "too-large", "refused"],
    [501, "NotImplemented", "unsupported", "refused"],
    [404, "NoSuchBucket", "internal", 'there is no bucket "cache". Make it'],
    [403, "AccessDenied", "internal", "s3:ListBucket for the bucket"],
    [403, "InvalidAccessKeyId", "internal", "does not know the access key. Give credentials"],
    [403, "SignatureDoesNotMatch", "internal", "Check the secret key"],
    [403, "RequestTimeTooSkewed", "internal", "clock differs from the server's by over 15 minutes"],
    [400, "ExpiredToken", "internal", "the credentials have expired"],
    [301, "PermanentRedirect", "internal", "is in another region. Set `region`"],
    [400, "AuthorizationHeaderMalformed", "internal", "is in another region. Set `region`"],
    [400, "SomethingElse", "internal", "refused"],
  ])("of status %i, %s, is `%s`", async (status, name, code, message) => {
    const backend = await backendAt(refusal(status, name));
    const { error } = await failureOf(() => cacheBackend(backend).set("key", cacheValue("value")));
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
    expect((error.cause as Error).name).toBe(name);
  });

  it("of a missing object is a miss, and of a missing bucket is none", async () => {
    expect(await (await backendAt(refusal(404, "NoSuchKey"))).read("key")).toBeUndefined();
    const elsewhere = cacheBackend(await backendAt(refusal(404, "NoSuchBucket")));
    expect((await failureOf(() => elsewhere.get("key"))).code).toBe("internal");
  });

  it("says its code if the server sends no message", async () => {
    const answer: Answer = (_, reply) => void reply.writeHead(400).end("<Error><Code>Odd</Code></Error>");
    const { error } = await failureOf(async () => cacheBackend(await backendAt(answer)).get("key"));
    expect(error.message).toContain("Odd (HTTP 400)");
  });

  it.each([502, 504])("of a proxy, status %i with a page for people, is `unavailable`", async (status) => {
    const answer: Answer = (_, reply) => void reply.writeHead(status).end("<html>Bad gateway</html>");
    for (const error of await errorsOf(await backendAt(answer)))
      expect(error).toMatchObject({ code: "unavailable" });
  });

  it("fails a batch of removals if it is about one key of the batch", async () => {
    const backend = await backendAt((request, reply) => {
      if (request.method === "GET") return refusal(404, "NoSuchKey")(request, reply, Buffer.of());
      const failure = "<Error><Key>hitbox::b</Key><Code>InternalError</Code><Message>again</Message></Error>";
      reply.end(`<DeleteResult>${failure}</DeleteResult>`);
    });
    const { code, error } = await failureOf(() => cacheBackend(backend).deleteMany(["a", "b"]));
    expect([code, error.message]).toEqual(["unavailable", expect.stringContaining("again")]);
  });
});

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

const SECRETS = ["planted-", "Signature=", "Credential=planted"];

describe("credentials and values", () => {
  it.each([
    [403, "SignatureDoesNotMatch"],
    [403, "AccessDenied"],
    [503, "SlowDown"],
    [400, "Odd"],
  ])("reach no error if the server quotes a request in its refusal: status %i, %s", async (status, code) => {
    const quoting: Answer = (request, reply, body) => {
      const quoted = JSON.stringify(request.headers).replaceAll("<", "");
      const secrets = `${credentials.accessKeyId} ${credentials.sessionToken} arn:aws:s3:::cache/planted-key`;
      const text = body.toString("latin1").replace(/[^\w-]/g, " ");
      // A message is cut off at some length.
      const firstLine = code === "Odd" ? "refused" : `refused ${secrets} ${quoted}`;
      refusal(status, code, `${firstLine}\n${text}`)(request, reply, body);
    };
    for (const error of await errorsOf(await backendAt(quoting)))
      for (const text of stringsIn(error)) for (const secret of SECRETS) expect(text).not.toContain(secret);
  });

  it("reach no error of a connection that breaks", async () => {
    for (const error of await errorsOf(await backendAt((_, reply) => reply.destroy()))) {
      expect(error).toMatchObject({ code: "connection" });
      for (const text of stringsIn(error)) for (const secret of SECRETS) expect(text).not.toContain(secret);
    }
  });

  it("reach no error if their provider fails", async () => {
    const failing = async (): Promise<never> => {
      throw Object.assign(new Error("no AKIAPLANTED0123456789"), { name: "CredentialsProviderError" });
    };
    const backend = s3({ endpoint: "http://127.0.0.1:1", credentials: failing, bucket: "cache" });
    for (const error of await errorsOf(backend)) {
      expect(error).toMatchObject({ code: "internal", message: expect.stringContaining("no ***") });
      expect(stringsIn(error).filter((text) => text.includes("AKIA"))).toEqual([]);
    }
  });
});

describe("an answer", () => {
  const SILENT: readonly (readonly [string, Answer])[] = [
    ["that does not come", () => {}],
    [
      "whose body does not end",
      (_, reply) => {
        reply.writeHead(200, { "content-length": 100, etag: '"1"' });
        reply.write("half");
      },
    ],
  ];

  it.each(SILENT)("%s is a `timeout`, and its connection is closed", async (_, silence) => {
    const [opened, closed] = [new Set<Socket>(), new Set<Socket>()];
    const answer: Answer = (request, reply, body) => {
      opened.add(request.socket.once("close", () => closed.add(request.socket)));
      silence(request, reply, body);
    };
    const cache = cacheBackend(await backendAt(answer, { timeout: 100 }));
    // On a busy machine, a request may not leave in time.
    await until(async () => {
      expect((await failureOf(() => cache.get("key"))).code).toBe("timeout");
      return opened.size > 0;
    });
    await until(() => closed.size === opened.size);
  });

  it("whose body breaks off is an error of the connection, and no miss", async () => {
    const backend = await backendAt((_, reply) => {
      reply.writeHead(200, { "content-length": 100 });
      reply.write("half", () => reply.destroy());
    });
    expect((await failureOf(() => cacheBackend(backend).get("key"))).code).toBe("connection");
  });

  it("that is late for one request has the next ones fail in time, and not be sent", async () => {
    const { endpoint, seen } = await fakeServer(() => {});
    const backend = s3({ endpoint, credentials, bucket: "cache", connections: 1, timeout: 200 });
    const keyOf = (request: string): string => request.replace(/.*3A/, "").replace(/\?.*/, "");
    const cache = cacheBackend(backend);
    const writes = ["1", "2", "3"].map((key) => failureOf(() => cache.set(key, cacheValue("value"))));
    expect((await Promise.all(writes)).map(({ code }) => code)).toEqual(["timeout", "timeout", "timeout"]);
    await until(async () => {
      await failureOf(() => cache.get("later"));
      return seen.map(keyOf).includes("later");
    });
    expect(seen.map(keyOf)).not.toContain("2");
    expect(seen.map(keyOf)).not.toContain("3");
  });

  it("that comes after many refusals is an answer, within the timeout", async () => {
    let requests = 0;
    const slow: Answer = (request, reply, body) => {
      requests += 1;
      refusal(requests < 3 ? 500 : 404, requests < 3 ? "InternalError" : "NoSuchKey")(request, reply, body);
    };
    expect(await (await backendAt(slow, {}, 3)).read("key")).toBeUndefined();
    expect(requests).toBe(3);
  });
});
