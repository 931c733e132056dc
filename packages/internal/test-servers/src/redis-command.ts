import { connect } from "node:net";

/** Milliseconds without an answer after which a server is taken for silent. */
const PATIENCE = 2_000;

/**
 * Sends one command on a connection of its own. Resolves with the reply as the server wrote it, without its
 * framing.
 */
export async function redisCommand(port: number, ...words: readonly (string | number)[]): Promise<string> {
  const reply = await exchange(port, command(words));
  if (reply.startsWith("-")) throw new Error(`${words.join(" ").slice(0, 80)}: ${reply.slice(1)}`);
  return reply.replace(/^([+:]|\$\d+\r\n)/, "").replace(/\r\n$/, "");
}

function command(words: readonly (string | number)[]): string {
  const parts = words.map((word) => `$${Buffer.byteLength(`${word}`)}\r\n${word}\r\n`);
  return `*${words.length}\r\n${parts.join("")}`;
}

// A server hangs up on an ended connection, once it has answered. The bytes so far are the reply.
function exchange(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(port, "127.0.0.1", () => socket.end(request));
    socket.setEncoding("utf8").on("data", (part) => {
      text += part;
    });
    socket.setTimeout(PATIENCE, () => socket.destroy(new Error(`no reply from port ${port}`)));
    socket.on("error", reject);
    socket.on("end", () => resolve(text));
  });
}
