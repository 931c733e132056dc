import { outside } from "@hitbox/core";
import type { ClusterPort, NodePort, RemovalReply } from "../client-port.ts";
import type { IoredisCluster, IoredisServer } from "./ioredis-client.ts";
import { IoredisNode } from "./ioredis-node.ts";
import { corked, IoredisPort } from "./ioredis-port.ts";

/** An ioredis `Cluster`. */
export class IoredisClusterPort extends IoredisPort<IoredisCluster> implements ClusterPort {
  readonly topology = "cluster";

  get readsReplicas(): boolean {
    return (this.client.options?.scaleReads ?? "master") !== "master";
  }

  masterOf(slot: number): string | undefined {
    return this.client.slots[slot]?.[0];
  }

  nodes(role: "master" | "all"): readonly NodePort[] {
    return this.#servers(role).map((server) => new IoredisNode(server));
  }

  refresh(): void {
    // It may connect to nodes that it has not known.
    outside(() => this.client.refreshSlotsCache());
  }

  findMasters(): Promise<readonly NodePort[]> {
    return new Promise((resolve, reject) => {
      // In the callback no node has left the list yet for want of a connection.
      this.client.refreshSlotsCache((error) => {
        if (error) reject(error);
        else resolve(this.nodes("master"));
      });
    });
  }

  // A STRLEN alone would go to a replica, which may be behind. A pipeline that writes goes to the master.
  override async remove(key: string): Promise<RemovalReply> {
    if (!this.readsReplicas) return super.remove(key);
    const pipeline = this.client.pipeline();
    pipeline.strlen(key);
    pipeline.unlink([key]);
    const [length, removed] = (await pipeline.exec()) ?? [];
    if (removed === undefined) throw new Error("Command aborted due to connection close");
    if (removed[0]) throw removed[0];
    return { length: length?.[0] ?? length?.[1], removed: removed[1] };
  }

  together<R>(begin: () => R): R {
    return corked(this.#servers("all"), begin);
  }

  #servers(role: "master" | "all"): readonly IoredisServer[] {
    return this.client.nodes(role) as readonly IoredisServer[];
  }
}
