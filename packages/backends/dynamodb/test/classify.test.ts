import * as sdk from "@aws-sdk/client-dynamodb";
import { BackendError } from "@hitbox/core";
import { describe, expect, it } from "vitest";
import { classify } from "../src/classify.ts";
import { UnprocessedItemsError } from "../src/index.ts";

const error = (name: string, more: object = {}): Error =>
  Object.assign(new Error("because"), { name, ...more });
const options = { message: "because", $metadata: {} };

describe("classify", () => {
  it.each([
    new sdk.ProvisionedThroughputExceededException(options),
    new sdk.RequestLimitExceeded(options),
    error("ThrottlingException"),
    new sdk.InternalServerError(options),
    error("ServiceUnavailable"),
    new sdk.TransactionConflictException(options),
    new UnprocessedItemsError(1, 2, undefined),
  ])("calls a table that cannot serve now unavailable: $name", (thrown) => {
    expect(classify(thrown)).toBe("unavailable");
  });

  it.each([
    new sdk.ResourceNotFoundException(options),
    new sdk.ConditionalCheckFailedException(options),
    error("ValidationException"),
    error("UnrecognizedClientException"),
    error("InvalidSignatureException"),
    error("ExpiredTokenException"),
    error("AccessDeniedException"),
    error("CredentialsProviderError"),
  ])("calls what no retry mends internal: $name", (thrown) => {
    expect(classify(thrown)).toBe("internal");
  });

  it.each(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN"])(
    "calls %s a connection error",
    (code) => {
      expect(classify(error("Error", { code }))).toBe("connection");
      expect(classify(error("TimeoutError", { code }))).toBe("connection");
    },
  );

  it.each(["ECONNREFUSED", "UND_ERR_SOCKET", "UND_ERR_CONNECT_TIMEOUT"])(
    "calls a fetch that failed for %s a connection error",
    (code) => {
      expect(classify(new TypeError("fetch failed", { cause: error("Error", { code }) }))).toBe("connection");
    },
  );

  it("calls a stream of HTTP/2 that was cancelled, its session gone, a connection error", () => {
    expect(classify(error("Error", { code: "ERR_HTTP2_STREAM_CANCEL" }))).toBe("connection");
  });

  it("calls a batch whose rest was refused what the refusal is", () => {
    const refused = (cause: Error) => new UnprocessedItemsError(1, 2, cause);
    expect(classify(refused(error("ExpiredTokenException")))).toBe("internal");
    expect(classify(refused(new BackendError("internal", "no table")))).toBe("internal");
    expect(classify(refused(error("ThrottlingException")))).toBe("unavailable");
    expect(classify(refused(new BackendError("timeout", "late")))).toBe("unavailable");
  });

  it.each(["TimeoutError", "AbortError"])("calls %s a timeout", (name) => {
    expect(classify(error(name))).toBe("timeout");
  });

  it("calls an item that DynamoDB finds too large too-large", () => {
    const message = "Item size has exceeded the maximum allowed size";
    expect(classify(error("ValidationException", { message }))).toBe("too-large");
  });

  it("goes by the status where a reply has no name that is known", () => {
    expect(classify(error("Unknown", { $metadata: { httpStatusCode: 503 } }))).toBe("unavailable");
    expect(classify(error("Unknown", { $metadata: { httpStatusCode: 429 } }))).toBe("unavailable");
    expect(classify(error("Unknown", { $metadata: { httpStatusCode: 404 } }))).toBeUndefined();
  });

  it.each([new Error("x"), "ThrottlingException", { name: "ThrottlingException" }, null, undefined])(
    "does not know the rest: %s",
    (thrown) => expect(classify(thrown)).toBeUndefined(),
  );
});
