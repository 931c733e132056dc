import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type Service, type ServiceSettings, startService } from "../../src/service.ts";

export interface TestService extends Service {
  readonly log: readonly string[];
}

/** A service of this test's own, on a free port, closed with it. */
export async function openService(settings: Partial<ServiceSettings> = {}): Promise<TestService> {
  const log: string[] = [];
  const service = await startService(
    {
      port: 0,
      memoryEntries: 100,
      redisUrl: undefined,
      redisPrefix: "cities-api-test",
      lmdbPath: settings.redisUrl === undefined ? await temporaryDirectory() : "",
      ...settings,
    },
    (line) => log.push(line),
  );
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= service.close();
    return closing;
  };
  onTestFinished(close);
  return { ...service, log, close };
}

export async function temporaryDirectory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "cities-api-test-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

export interface Reply {
  readonly status: number;
  readonly source: string | null;
  readonly degraded: string | null;
  readonly timing: string | null;
  readonly text: string;
}

/** GET without keeping the connection, so that a service can close at once. */
export async function get(origin: string, path: string): Promise<Reply> {
  const response = await fetch(`${origin}${path}`, { headers: { connection: "close" } });
  return {
    status: response.status,
    source: response.headers.get("x-cache-source"),
    degraded: response.headers.get("x-cache-degraded"),
    timing: response.headers.get("server-timing"),
    text: await response.text(),
  };
}
