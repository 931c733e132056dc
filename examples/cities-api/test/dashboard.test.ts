import { expect, test } from "vitest";
import { get, openService } from "./support/service.ts";

const PARIS = "/nearest?lat=48.85&lon=2.35&n=5";

interface State {
  readonly processes: readonly object[];
  readonly hot: readonly { readonly key: string }[];
}

async function json<T>(url: string): Promise<T> {
  return (await fetch(url)).json() as Promise<T>;
}

test("the dashboard beside the service counts its requests, and finds an entry", async () => {
  const { origin } = await openService();
  await get(origin, PARIS);
  await get(origin, PARIS);
  const state = await json<State>(`${origin}/dashboard/api/state`);
  expect(state.processes[0]).toMatchObject({ pid: process.pid, answered: expect.any(Number) });
  expect(state.hot[0]?.key).toMatch(/^@nearest\.v1:/);
  const { keys } = await json<{ keys: string[] }>(`${origin}/dashboard/api/keys?source=cities`);
  expect(keys).toEqual([state.hot[0]?.key]);
});
