import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { type DriveOptions, drive, WrongAnswer } from "../src/drive.ts";
import { openService } from "./support/service.ts";

const QUERIES = [
  { lat: 48.85, lon: 2.35, n: 2 },
  { lat: -33.9, lon: 151.2, n: 1 },
];

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function options(origin: string, expected: readonly string[]): DriveOptions {
  const load = { queries: QUERIES, picks: [0, 1, 0, 0, 1, 0] };
  return { origin, load, expected, concurrency: 2, signal: new AbortController().signal, onAnswer: () => {} };
}

test("every request is sampled, with the source and times that the service reports", async () => {
  const { origin } = await openService();
  const bodies = QUERIES.map(async ({ lat, lon, n }) => {
    return (await fetch(`${origin}/nearest?lat=${lat}&lon=${lon}&n=${n}`)).text();
  });
  const samples = await drive(options(origin, await Promise.all(bodies)));
  expect(samples).toHaveLength(6);
  for (const sample of samples) {
    expect(sample).toMatchObject({ source: "cities.memory", scanMs: undefined, degraded: undefined });
    expect(sample.latencyMs).toBeGreaterThanOrEqual(sample.serviceMs);
  }
});

test("one wrong answer fails the run and is shown beside the right one", async () => {
  let asked = 0;
  const origin = await listen((request, response) => {
    asked += 1;
    response.end(asked === 4 ? "wrong" : request.url?.includes("48.85") ? "paris" : "sydney");
  });
  const driven = drive(options(origin, ["paris", "sydney"]));
  await expect(driven).rejects.toThrow(WrongAnswer);
  await expect(driven).rejects.toThrow(/"lat":.*\n {2}expected (paris|sydney)\n {2}got {6}wrong$/);
});

test("a service that goes away fails the run", async () => {
  const origin = await listen((request) => request.socket.destroy());
  await expect(drive(options(origin, ["paris", "sydney"]))).rejects.toThrow();
});

test("an interrupt ends the run", async () => {
  const interrupt = new AbortController();
  const origin = await listen((_, response) => {
    interrupt.abort(new Error("interrupted"));
    response.end("paris");
  });
  const driven = drive({ ...options(origin, ["paris", "paris"]), signal: interrupt.signal });
  await expect(driven).rejects.toThrow("interrupted");
});
