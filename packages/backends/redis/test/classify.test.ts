import { describe, expect, it } from "vitest";
import { classify } from "../src/connection/classify.ts";

const error = (message: string, more: object = {}): Error => Object.assign(new Error(message), more);

describe("classify", () => {
  it.each(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH"])(
    "calls %s a connection error",
    (code) => expect(classify(error("connect", { code }))).toBe("connection"),
  );

  it.each([
    error("Connection is closed."),
    error("Stream isn't writeable and enableOfflineQueue options is false"),
    error("Reached the max retries per request limit (which is 1).", { name: "MaxRetriesPerRequestError" }),
    error("Command aborted due to connection close", { name: "AbortError" }),
    error("Socket timeout. Expecting data, but didn't receive any in 5000ms."),
  ])("calls what ioredis throws without a connection a connection error: $message", (thrown) => {
    expect(classify(thrown)).toBe("connection");
  });

  it.each([
    "LOADING Redis is loading the dataset in memory",
    "BUSY Redis is busy running a script.",
    "OOM command not allowed when used memory > 'maxmemory'.",
    "READONLY You can't write against a read only replica.",
    "CLUSTERDOWN The cluster is down",
    "TRYAGAIN Multiple keys request during rehashing of slot",
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
    "MISCONF Errors writing to the AOF file",
    "NOREPLICAS Not enough good replicas to write.",
    "OOM command not allowed when used memory > 'maxmemory'. script: 3a6f, on @user_script:9.",
    "ERR Error running script (call to f_3a6f): @user_script:9: @user_script: 9: -OOM command not allowed when",
  ])("calls a server that cannot serve now unavailable: %s", (message) => {
    expect(classify(error(message))).toBe("unavailable");
  });

  it.each([
    "NOAUTH Authentication required.",
    "WRONGPASS invalid username-password pair or user is disabled.",
    "NOPERM User has no permissions",
    "WRONGTYPE Operation against a key holding the wrong kind of value",
    "ERR Error running script (call to f_3a6f): WRONGTYPE Operation against a key holding the wrong kind of value",
  ])("calls a refusal internal: %s", (message) => {
    expect(classify(error(message))).toBe("internal");
  });

  it("calls the client's own deadline a timeout", () => {
    expect(classify(error("Command timed out"))).toBe("timeout");
  });

  it.each([
    error("ERR syntax error"),
    error("ERR Error running script (call to f_3a6f): @user_script:9: oh"),
    error("LOADINGS of things"),
    error(""),
    "LOADING text",
    undefined,
  ])("does not know the rest: %s", (thrown) => expect(classify(thrown)).toBeUndefined());
});
