import { S3Client } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { s3 } from "../src/index.ts";

const bucket = "cache";
const credentials = { accessKeyId: "an-id", secretAccessKey: "a secret" };
const client = new S3Client({ region: "eu-west-1", credentials });

describe("s3", () => {
  it.each<[string, object, string]>([
    ["no bucket", {}, "bucket must be"],
    ["a bucket that is a path", { bucket: "a/b" }, "bucket must be"],
    ["a prefix with the separator", { bucket, prefix: "a::b" }, "prefix must be"],
    ["a prefix that ends like the separator", { bucket, prefix: "a:" }, "prefix must be"],
    ["a prefix with a space", { bucket, prefix: "a b" }, "prefix must be"],
    ["an empty prefix", { bucket, prefix: "" }, "prefix must be"],
    ["a prefix that leads elsewhere", { bucket, prefix: "a/../b" }, "prefix must be"],
    ["a prefix with an empty folder", { bucket, prefix: "a//b" }, "prefix must be"],
    ["a client that is none", { bucket, client: { secret: 1 } }, "client must be an S3Client"],
    ["credentials for a client", { bucket, client: credentials }, "client must be an S3Client"],
    [
      "a client and a region",
      { bucket, client, region: "eu-west-1" },
      "region is for a client of the backend's own",
    ],
    [
      "a client and credentials",
      { bucket, client, credentials },
      "credentials is for a client of the backend's",
    ],
    ["a region that is an address", { bucket, region: "eu.west" }, "region must be"],
    ["an endpoint that is none", { bucket, endpoint: "storage.example.com" }, "endpoint must be a URL"],
    ["an endpoint with a login", { bucket, endpoint: "https://a:secret@host" }, "endpoint must be a URL"],
    [
      "credentials that are half",
      { bucket, credentials: { accessKeyId: "a secret" } },
      "credentials must be",
    ],
    ["credentials that are a text", { bucket, credentials: "a secret" }, "credentials must be"],
    ["no connections", { bucket, connections: 0 }, "connections must be"],
    ["values of no size", { bucket, maxValueBytes: 0 }, "maxValueBytes must be"],
    ["values over two GiB", { bucket, maxValueBytes: 2 ** 31 }, "maxValueBytes must be"],
    ["leases of another kind", { bucket, leases: "on" }, 'leases must be "conditional" or "none"'],
    ["a timeout of 0", { bucket, timeout: 0 }, "timeout must be"],
    ["a clearTimeout of 0", { bucket, clearTimeout: 0 }, "clearTimeout must be"],
    ["a clock that is none", { bucket, now: 5 }, "now must be a function"],
    ["an unknown option", { bucket, secretKey: "a secret" }, "s3: `secretKey` is not an option"],
  ])("refuses %s, and shows no secret", (_, options, message) => {
    const make = (): unknown => s3(options as never);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
    expect(make).not.toThrow('secret"');
    expect(make).not.toThrow("a secret");
    expect(make).not.toThrow("an-id");
  });

  it.each(["hitbox", "renders/v2", "a:b=c@d", "a.b_c-d"])("takes the prefix %s", async (prefix) => {
    const { label, supports } = s3({ bucket, client, prefix });
    expect(label).toBe("s3");
    expect(supports.maxKeyBytes).toBe(Math.floor((1_024 - `${prefix}::`.length) / 3));
  });

  it("declares the size of values that it was told", () => {
    expect(s3({ bucket, client, maxValueBytes: 5_000 }).supports.maxValueBytes).toBe(5_000);
    expect(s3({ bucket, client }).supports.maxValueBytes).toBe(64 * 2 ** 20);
  });

  it("declares no leases where it is to have none", async () => {
    const backend = s3({ bucket, client, leases: "none" });
    expect(backend.supports.lease).toBe(false);
    expect(backend.lease).toBeUndefined();
  });

  it("connects to nothing before it is used, and never closes a client that it was given", async () => {
    let isDestroyed = false;
    const watched = Object.assign(new S3Client({ region: "eu-west-1", credentials }), {
      destroy: () => {
        isDestroyed = true;
      },
    });
    await s3({ bucket, client: watched }).close?.();
    await s3({ bucket, endpoint: "http://127.0.0.1:1", credentials }).close?.();
    expect(isDestroyed).toBe(false);
  });
});
