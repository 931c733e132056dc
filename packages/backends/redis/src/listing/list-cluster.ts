import { BackendError, type KeyListing, type KeyPage } from "@hitbox/core";
import type { ClusterPort, NodePort } from "../connection/client-port.ts";
import { isMoving, slotsOf, UNKNOWN } from "../connection/slots-of.ts";
import { whenAll } from "../connection/when-all.ts";
import { cursorOf, digest, type Place, placeOf } from "./place.ts";
import { type ListSettings, scanKeys } from "./scan-keys.ts";

const LAST_ROUND = 2;

/**
 * One page of the keys of a cluster: a step of SCAN on one of its masters, which come one after the other, by
 * their addresses.
 *
 * A key that moves from a master not yet scanned to one that has been scanned is not listed. So there is a
 * second round if slots have moved, or masters have changed, since the first one began.
 *
 * To ask a cluster for its masters takes many times as long as a step of SCAN. So the masters are asked for
 * before a master is scanned and after it has been, and not for each page.
 */
export async function listCluster(
  settings: ListSettings,
  port: ClusterPort,
  listing: KeyListing,
): Promise<KeyPage> {
  const place = listing.cursor === undefined ? await begin(settings, port, 1) : placeOf(listing.cursor);
  const server = serverAt(place, port.nodes("master")) ?? serverAt(place, await mastersOf(settings, port));
  const { keys, scan } = server
    ? await scanKeys(settings, server, place.scan, listing)
    : { keys: [], scan: "0" };
  const next = scan === "0" ? await placeAfter(settings, port, place) : { ...place, scan };
  return { keys, cursor: next && cursorOf(next) };
}

const serverAt = ({ address }: Place, servers: readonly NodePort[]): NodePort | undefined =>
  servers.find((server) => server.address === address);

/** Where to go on after all keys of a server; undefined after the last one. */
async function placeAfter(
  settings: ListSettings,
  port: ClusterPort,
  place: Place,
): Promise<Place | undefined> {
  const masters = await mastersOf(settings, port);
  // A server may have been scanned that is no master any more: it may have missed what the new one has.
  if (place.round === LAST_ROUND && serverAt(place, masters) === undefined) throw changedAgain();
  const following = masters.find(({ address }) => address > place.address);
  if (following !== undefined) return { ...place, address: following.address, scan: "0" };
  if (place.round === LAST_ROUND) return undefined;
  const again = await begin(settings, port, LAST_ROUND);
  return again.slots !== "" && again.slots === place.slots ? undefined : again;
}

/** The place at which a round begins. */
async function begin(settings: ListSettings, port: ClusterPort, round: number): Promise<Place> {
  const masters = await mastersOf(settings, port);
  const slots = await whenAll(masters.map((server) => slotsOf(settings.connection, server)));
  const isSettled = !slots.some((some) => some === UNKNOWN || isMoving(some));
  const addresses = masters.map(({ address }) => address);
  const known = isSettled ? digest([...addresses, ...slots]) : "";
  return { round, slots: known, address: addresses[0] ?? "", scan: "0" };
}

async function mastersOf({ connection }: ListSettings, port: ClusterPort): Promise<NodePort[]> {
  const masters = await connection.run({ send: () => port.findMasters(), parse: (reply) => reply });
  return [...masters].sort((one, other) => (one.address < other.address ? -1 : 1));
}

function changedAgain(): BackendError {
  const message = "the masters of the cluster changed again and again during the listing; list once more";
  return new BackendError("unavailable", message);
}
