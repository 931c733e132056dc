import { describe, expect, it } from "vitest";
import { type Reply, ReplyReader } from "../src/protocol/reply-reader.ts";

const STREAM =
  "HD\r\nVA 5 c12\r\nab\r\nc\r\nEN\r\nVALUE k 0 0 7\r\n\r\nEND\r\nVA 3\r\nEND\r\nSTORED\r\nEND\r\n";

const REPLIES = [
  ["HD", undefined],
  ["VA 5 c12", "ab\r\nc"],
  ["EN", undefined],
  ["VALUE k 0 0 7", ""],
  ["VA 3", "END"],
  ["STORED", undefined],
  ["END", undefined],
];

function heardOf(chunks: readonly Buffer[], maxBytes = 100): Reply[] {
  const heard: Reply[] = [];
  const reader = new ReplyReader(maxBytes, (reply) => heard.push(reply));
  for (const chunk of chunks) reader.push(chunk);
  return heard;
}

const plain = ({ line, body }: Reply) => [line, body && Buffer.from(body).toString()];

describe("a stream of replies", () => {
  const bytes = Buffer.from(STREAM);

  it("is cut into replies wherever the socket has cut it into two", () => {
    for (let at = 0; at <= bytes.length; at++)
      expect(heardOf([bytes.subarray(0, at), bytes.subarray(at)]).map(plain)).toEqual(REPLIES);
  });

  it("is cut into replies byte by byte", () => {
    expect(heardOf([...bytes].map((byte) => Buffer.of(byte))).map(plain)).toEqual(REPLIES);
  });

  it("loses values that are too long, and nothing after them", () => {
    const heard = heardOf([bytes], 4);
    expect(heard.map(({ isTooLong = false }) => isTooLong)).toEqual(
      REPLIES.map(([, body]) => (body?.length ?? 0) > 4),
    );
    expect(heard.map(({ line }) => line)).toEqual(REPLIES.map(([line]) => line));
  });

  it("gives values that keep no chunk of the socket alive", () => {
    const [reply] = heardOf([Buffer.from(`VA 2\r\nab\r\n${" ".repeat(1_000)}`)]);
    expect(reply?.body?.buffer.byteLength).toBeLessThanOrEqual(Buffer.poolSize);
  });
});
