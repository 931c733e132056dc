import { redisCommand, startProxy, startRedis, type TcpProxy } from "@hitbox/test-servers";
import { startSwitchingProxy } from "../switching-proxy.ts";
import { type Outage, type Prepared, TIMEOUT } from "./outage.ts";

type Server = Awaited<ReturnType<typeof startRedis>>;

/** An outage of one server, reached by its URL. */
function ofServer(
  name: string,
  outage: (server: Server) => Pick<Prepared, "strike" | "heal"> & Partial<Prepared>,
  args: readonly string[] = [],
): Outage {
  return {
    name,
    async prepare() {
      const server = await startRedis({ args });
      return { options: { url: server.url }, close: () => server.close(), ...outage(server) };
    },
  };
}

/** An outage of the network between the client and one server. */
function ofNetwork(name: string, outage: (proxy: TcpProxy) => Pick<Prepared, "strike" | "heal">): Outage {
  return {
    name,
    async prepare() {
      const server = await startRedis();
      const proxy = await startProxy(server.port);
      return {
        options: { url: `redis://127.0.0.1:${proxy.port}` },
        close: () => Promise.all([proxy.close(), server.close()]),
        ...outage(proxy),
      };
    },
  };
}

const late = (milliseconds: number) => (proxy: TcpProxy) => ({
  strike: () => proxy.pass({ late: milliseconds }),
  heal: async () => proxy.pass("at once"),
});

/**
 * A failover behind one name, as at a managed service: the old master becomes a replica, the name leads to
 * the new one only when the outage ends, and old connections stay.
 */
const READONLY_ENDPOINT: Outage = {
  name: "failover behind one name (READONLY)",
  async prepare() {
    const [old, next] = await Promise.all([startRedis(), startRedis()]);
    const proxy = await startSwitchingProxy(old.port);
    return {
      options: { url: proxy.url },
      strike: () => redisCommand(old.port, "REPLICAOF", "127.0.0.1", next.port),
      heal: async () => proxy.lead(next.port),
      close: () => Promise.all([proxy.close(), old.close(), next.close()]),
    };
  },
};

/** Again and again: a client that was cut off is soon back. */
function cutOften(proxy: TcpProxy): Pick<Prepared, "strike" | "heal"> {
  let timer: NodeJS.Timeout | undefined;
  return {
    strike() {
      timer = setInterval(() => proxy.cutNext(), 100);
    },
    async heal() {
      clearInterval(timer);
    },
  };
}

const kill = (server: Server) => ({ strike: () => server.kill(), heal: () => server.restart() });

/** A setting of the server that is wrong for a while. */
const set = (name: string, wrong: string, right: string) => (server: Server) => ({
  strike: () => redisCommand(server.port, "CONFIG", "SET", name, wrong),
  heal: () => redisCommand(server.port, "CONFIG", "SET", name, right),
});

export const ONE_SERVER: readonly Outage[] = [
  ofServer("server killed", kill),
  ofServer("server stopped (SIGSTOP)", (server) => ({
    strike: () => server.stop(),
    heal: async () => server.resume(),
  })),
  ofServer("unreachable from the start", (server) => ({ ...kill(server), from: "start" })),
  ofNetwork(`replies ${2 * TIMEOUT} ms late`, late(2 * TIMEOUT)),
  ofNetwork(`replies ${TIMEOUT / 3} ms late`, late(TIMEOUT / 3)),
  ofNetwork("connection reset in mid-batch, every 100 ms", cutOften),
  ofServer("restarted, empty", (server) => ({ strike: () => server.restart(), heal: async () => {} })),
  ofServer("out of memory (noeviction)", set("maxmemory", "1", "0")),
  ofServer("read-only replica", (server) => {
    let master: Server | undefined;
    return {
      async strike() {
        master = await startRedis();
        await redisCommand(server.port, "REPLICAOF", "127.0.0.1", master.port);
      },
      heal: () => redisCommand(server.port, "REPLICAOF", "NO", "ONE"),
      close: () => Promise.all([master?.close(), server.close()]),
    };
  }),
  READONLY_ENDPOINT,
  ofServer(
    "wrong password",
    (server) => ({
      options: { url: `redis://shop:secret@127.0.0.1:${server.port}` },
      async strike() {
        await redisCommand(server.port, "ACL", "SETUSER", "shop", "resetpass", ">other");
        await redisCommand(server.port, "CLIENT", "KILL", "USER", "shop");
      },
      heal: () => redisCommand(server.port, "ACL", "SETUSER", "shop", ">secret"),
    }),
    ["--user", "shop", "on", ">secret", "~*", "&*", "+@all"],
  ),
];
