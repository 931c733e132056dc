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
 */
export async function listCluster(
  settings: ListSettings,
  port: ClusterPort,
  listing: KeyListing,
): Promise<KeyPage> {
  const place = listing.cursor === undefined ? await begin(settings, port, 1) : placeOf(listing.cursor);
  const masters = await mastersOf(settings, port);
  const server = masters.find(({ address }) => address === place.address);
  if (server === undefined && place.round === LAST_ROUND) throw changedAgain();
  const { keys, scan } = server
    ? await scanKeys(settings, server, place.scan, listing)
    : { keys: [], scan: "0" };
  const next = await nextPlace(settings, port, masters, { ...place, scan });
  return { keys, cursor: next && cursorOf(next) };
}

async function nextPlace(
  settings: ListSettings,
  port: ClusterPort,
  masters: readonly NodePort[],
  place: Place,
): Promise<Place | undefined> {
  if (place.scan !== "0") return place;
  const following = masters.find(({ address }) => address > place.address);
  if (following !== undefined) return { ...place, address: following.address };
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
