import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Certificate, makeCertificate, startMemcached } from "@hitbox/test-servers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { memcached } from "../src/index.ts";
import { entry, FAR_DEADLINE, failureOf, textOf } from "./support.ts";

const USER = { username: "shop", password: "p@ss:word" };

let certificate: Certificate;
let folder: string;
let file: string;
beforeAll(async () => {
  certificate = await makeCertificate();
  folder = await mkdtemp(join(tmpdir(), "hitbox-users-"));
  file = join(folder, "users");
  await writeFile(file, `shop:${USER.password}\n`);
});
afterAll(() => Promise.all([certificate.remove(), rm(folder, { recursive: true })]));

it("a user of an authentication file is served, over TLS too", async () => {
  const [, cert = "", , key = ""] = certificate.args;
  const server = await startMemcached(["-Y", file, "-Z", "-o", `ssl_chain_cert=${cert},ssl_key=${key}`]);
  const servers = [`localhost:${server.port}`];
  const backend = memcached({ servers, ...USER, tls: { ca: certificate.text }, timeout: FAR_DEADLINE });
  await backend.write("key", entry("value"));
  expect(textOf(await backend.read("key"))).toBe("value");
  await backend.close?.();
  const distrustful = memcached({ servers, ...USER, tls: true, timeout: FAR_DEADLINE });
  const { code, error } = await failureOf(() => distrustful.read("key"));
  expect([code, error.message]).toEqual([
    "connection",
    expect.stringContaining("DEPTH_ZERO_SELF_SIGNED_CERT"),
  ]);
  await server.close();
});

it.each([
  ["another password", { ...USER, password: "another-secret" }, "authentication failure"],
  ["no user", {}, "unauthenticated"],
])("%s is refused with a remedy, and without the password", async (_, login, reason) => {
  const server = await startMemcached(["-Y", file]);
  const backend = memcached({ servers: [server.address], ...login, timeout: FAR_DEADLINE });
  const { error } = await failureOf(() => backend.read("key"));
  expect(error.message).toContain(reason);
  expect(error.message).toContain("`username` and `password`");
  expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain("secret");
  await backend.close?.();
  await server.close();
});
