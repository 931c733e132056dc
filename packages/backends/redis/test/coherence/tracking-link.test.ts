import { expect, it } from "vitest";
import { TrackingLink, type TrackingLinkSettings } from "../../src/coherence/tracking/tracking-link.ts";
import type { SideSettings } from "../../src/connection/client-port.ts";
import type { Keys } from "../../src/connection/own-changes.ts";

/** A link to a server that answers as Redis does, and that is asked `commands`. */
function linked({ subscribers = 1, redirected = "7" } = {}) {
  const commands: string[] = [];
  let side: SideSettings | undefined;
  const answers: Record<string, unknown> = {
    "PUBSUB NUMSUB": ["own", subscribers],
    "CLIENT GETREDIR": redirected,
  };
  const node = {
    async call(...words: string[]) {
      commands.push(words.join(" "));
      return answers[words.slice(0, 2).join(" ")];
    },
    beside(settings: SideSettings) {
      side = settings;
      const nothing = async () => {};
      return { connect: nothing, subscribe: nothing, ping: nothing, call: async () => 7, close: () => {} };
    },
  };
  const connection = {
    ...{ isReady: true, port: { on: () => () => {} } },
    run: ({ send }: { send: () => Promise<unknown> }) => send(),
  };
  const heard: Keys[] = [];
  const link = new TrackingLink(
    { node, connection, start: "shop::", token: "t", timeout: 100 } as unknown as TrackingLinkSettings,
    { changed: (keys) => void heard.push(keys), over: () => {} },
  );
  return {
    link,
    commands,
    heard,
    say: (keys: unknown, on = "__redis__:invalidate") => side?.heard?.(on, keys),
  };
}

it("hears keys without their prefix, and takes anything else for a change of everything", async () => {
  const { link, heard, say } = linked();
  await link.ready;
  say([Buffer.from("shop::a"), Buffer.from("shop::é")]);
  say(null);
  say(["shop::text"]);
  say(Buffer.from("shop::a"));
  say([Buffer.from("shop::a")], "shop::tracking:t");
  expect(heard).toEqual([["a", "é"], "all", "all", "all"]);
  link.close();
});

it("turns tracking off at its close", async () => {
  const { link, commands } = linked();
  await link.ready;
  commands.length = 0;
  link.close();
  expect(commands).toEqual(["CLIENT TRACKING OFF"]);
});

it("asks for no tracking if its subscription is with another server", async () => {
  const { link, commands } = linked({ subscribers: 0 });
  await expect(link.ready).rejects.toThrow("with another server");
  link.close();
  expect(commands).toEqual(["PUBSUB NUMSUB shop::tracking:t"]);
});

it("is not ready if the server tracks for another connection", async () => {
  const { link } = linked({ redirected: "8" });
  await expect(link.ready).rejects.toThrow("tracking has been turned off");
  link.close();
});

it("asks for nothing more once it is closed", async () => {
  const { link, commands } = linked();
  link.close();
  await expect(link.ready).rejects.toThrow("closed meanwhile");
  expect(commands).toEqual([]);
});
