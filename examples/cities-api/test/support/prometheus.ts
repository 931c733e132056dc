import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, until } from "@hitbox/test-servers";
import { onTestFinished } from "vitest";
import { temporaryDirectory } from "./service.ts";

/** The folder of the rules and the dashboard. */
export const OBSERVABILITY: string = fileURLToPath(new URL("../../../../observability", import.meta.url));
/** The program named by PROMETHEUS, or the one on PATH. */
export const PROMETHEUS: string = process.env.PROMETHEUS || "prometheus";

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [at: number, value: string];
}

export interface Rule {
  readonly name: string;
  readonly query: string;
  readonly health: string;
  readonly type: "alerting" | "recording";
}

export interface Prometheus {
  /** The samples that a query gives now. Fails with what Prometheus says of it. */
  query(text: string): Promise<readonly Sample[]>;
  rules(): Promise<readonly Rule[]>;
}

/** A Prometheus with the project's own configuration, which scrapes `origin` each second. */
export async function openPrometheus(origin: string): Promise<Prometheus> {
  const directory = await temporaryDirectory();
  const config = join(directory, "prometheus.yml");
  await writeFile(config, await configFor(origin));
  const port = await freePort();
  const child = spawn(
    PROMETHEUS,
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(directory, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: "ignore" },
  );
  onTestFinished(async () => {
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  });
  const url = `http://127.0.0.1:${port}`;
  await until("Prometheus is ready", () =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return {
    query: async (text) => {
      const { result } = await answer<{ result: Sample[] }>(url, `query?query=${encodeURIComponent(text)}`);
      return result;
    },
    rules: async () => {
      const { groups } = await answer<{ groups: { rules: Rule[] }[] }>(url, "rules");
      return groups.flatMap(({ rules }) => rules);
    },
  };
}

async function configFor(origin: string): Promise<string> {
  const own = await readFile(join(OBSERVABILITY, "prometheus.yml"), "utf8");
  return own
    .replace("127.0.0.1:3000", new URL(origin).host)
    .replace("[alerts.yml]", `["${join(OBSERVABILITY, "alerts.yml")}"]`)
    .replaceAll(": 5s", ": 1s");
}

async function answer<T>(url: string, path: string): Promise<T> {
  const response = await fetch(`${url}/api/v1/${path}`);
  const { status, data, error } = (await response.json()) as { status: string; data: T; error?: string };
  if (status !== "success") throw new Error(error);
  return data;
}
