import { expect, it } from "vitest";
import { PublishProof } from "../../src/coherence/bus/publish-proof.ts";
import type { ClientPort } from "../../src/connection/client-port.ts";

/** A proof at a server that gives `answers` to the command, one after the other. */
function proofAt(answers: (Error | number)[]) {
  const asked: string[][] = [];
  const call = async (...words: string[]): Promise<unknown> => {
    asked.push(words);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const node = { beside: () => ({ connect: async () => {}, call, close: () => {} }) };
  const port = { topology: "server", node } as unknown as ClientPort;
  return { proof: new PublishProof(port, 10_000, ["PUBLISH", "changes", "sign"]), asked };
}

it("asks the server once, also for several at a time, and then has its proof", async () => {
  const { proof, asked } = proofAt([0]);
  const [one, other] = [proof.pending(), proof.pending()];
  expect(one).toBeInstanceOf(Promise);
  await Promise.all([one, other]);
  expect(asked).toEqual([["PUBLISH", "changes", "sign"]]);
  expect(proof.pending()).toBeUndefined();
});

it("rejects with a refusal, and asks again", async () => {
  const { proof, asked } = proofAt([new Error("NOPERM no right to publish"), 0]);
  await expect(proof.pending()).rejects.toThrow("NOPERM");
  await proof.pending();
  expect(asked).toHaveLength(2);
  expect(proof.pending()).toBeUndefined();
});

it("needs no proof in a cluster", () => {
  const proof = new PublishProof({ topology: "cluster" } as ClientPort, 10_000, ["PUBLISH"]);
  expect(proof.pending()).toBeUndefined();
});
