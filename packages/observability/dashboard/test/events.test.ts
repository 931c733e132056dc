import { expect, it } from "vitest";
import type { Dashboard } from "../src/index.ts";
import { ORIGIN, open, openCache } from "./support/dashboards.ts";

const events = (page: Dashboard): Promise<Response> => page.handle(new Request(`${ORIGIN}/api/events`));

/** The states that a page hears. */
async function* states({ body }: Response) {
  const decoder = new TextDecoder();
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    const text = decoder.decode(chunk);
    expect(text).toMatch(/^data: .*\n\n$/);
    yield JSON.parse(text.slice("data: ".length));
  }
}

it("an open page hears the state at once, and again when the numbers have changed", async () => {
  const page = open({ interval: 100 });
  const cache = openCache();
  const stream = states(await events(page));
  const first = await stream.next();
  expect(first.value.processes[0].requests).toBe(0);
  await cache.get("none");
  await cache.get("none");
  let { value } = await stream.next();
  while (value.processes[0].requests < 2) value = (await stream.next()).value;
  await stream.return(undefined);
});

it("a close ends the open pages", async () => {
  const page = open();
  const stream = states(await events(page));
  await stream.next();
  await page.close();
  expect((await stream.next()).done).toBe(true);
});

it("pages that are left make room for others, beyond which a page is refused", async () => {
  const page = open({ interval: 60_000 });
  const opened = await Promise.all(Array.from({ length: 50 }, () => events(page)));
  expect((await events(page)).status).toBe(503);
  await opened[0]?.body?.cancel();
  expect((await events(page)).status).toBe(200);
});

it("a page that does not read is sent no further states", async () => {
  const page = open({ interval: 100 });
  const slow = await events(page);
  const reader = states(await events(page));
  for (let count = 0; count < 4; count++) await reader.next();
  await page.close();
  let heard = 0;
  for await (const _ of states(slow)) heard += 1;
  expect(heard).toBe(1);
});
