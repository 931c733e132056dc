/** The number of the cluster, which its parts must agree on. */
export const FSID = "7d2a3ba4-7f0c-4b4d-9d0c-3a1c6b1f8a11";

/** The smallest cluster that works: one copy of each object, in memory, and no authentication inside. */
const CLUSTER = `
fsid = ${FSID}
ms bind msgr1 = false
ms mon client mode = crc
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
admin socket =
pid file =
osd objectstore = memstore
memstore device bytes = 1073741824
osd crush chooseleaf type = 0
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
mon allow pool size one = true
osd class load list = *
osd class default list = *
mon data avail crit = 1
mon cluster log to file = false
paxos propose interval = 0.02
paxos min wait = 0.01
log file =
log to stderr = true
err to stderr = true
`;

/** Nothing that works in the background. */
const GATEWAY = `
rgw run sync thread = false
rgw enable quota threads = false
rgw enable lc threads = false
rgw enable gc threads = false
rgw dynamic resharding = false
rgw override bucket index max shards = 1
`;

/**
 * The text of ceph.conf. Without TCP_NODELAY each answer would wait 40 milliseconds for an acknowledgement of
 * the client's.
 */
export function settingsOf(folder: string, monitorPort: number, port: number): string {
  return `[global]
${CLUSTER}${GATEWAY}
mon host = [v2:127.0.0.1:${monitorPort}]
run dir = ${folder}
mon data = ${folder}/mon
osd data = ${folder}/osd
rgw data = ${folder}/rgw
rgw frontends = beast endpoint=127.0.0.1:${port} tcp_nodelay=1
`;
}
