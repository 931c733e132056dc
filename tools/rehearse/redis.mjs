import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { redisServer } from "../steps/redis-server.mjs";

/** Starts a Redis on a free port: `{ url, stop() }`. */
export async function startRedis() {
  const { path } = await redisServer();
  const port = await freePort();
  const settings = ["--port", String(port), "--save", "", "--appendonly", "no", "--bind", "127.0.0.1"];
  const server = spawn(path, settings, { stdio: ["ignore", "pipe", "inherit"] });
  for await (const text of server.stdout.setEncoding("utf8"))
    if (text.includes("Ready to accept connections")) break;
  server.stdout.resume();
  return { url: `redis://127.0.0.1:${port}`, stop: () => server.kill() };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
