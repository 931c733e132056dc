import { type Cases, joinCases } from "../../case.ts";
import type { Scene } from "../../scene.ts";
import { awkwardKeys } from "./awkward-keys.ts";
import { basics } from "./basics.ts";
import { batches } from "./batches.ts";
import { brokenConnection } from "./broken-connection.ts";
import { changes } from "./changes.ts";
import { changingListings } from "./changing-listings.ts";
import { clear } from "./clear.ts";
import { closing } from "./closing.ts";
import { concurrency } from "./concurrency.ts";
import { context } from "./context.ts";
import { damagedEntries } from "./damaged-entries.ts";
import { deletes } from "./deletes.ts";
import { fencesOfTwoUsers } from "./fences-of-two-users.ts";
import { isolation } from "./isolation.ts";
import { largeSpaces } from "./large-spaces.ts";
import { leases } from "./leases.ts";
import { leasesOverAnEnd } from "./leases-over-an-end.ts";
import { leavingStore } from "./leaving-store.ts";
import { lifetime } from "./lifetime.ts";
import { limits } from "./limits.ts";
import { listing } from "./listing.ts";
import { manifest } from "./manifest.ts";
import { metadata } from "./metadata.ts";
import { model } from "./model.ts";
import { mutation } from "./mutation.ts";
import { neighbours } from "./neighbours.ts";
import { overwrite } from "./overwrite.ts";
import { payloads } from "./payloads.ts";
import { rawBatches } from "./raw-batches.ts";
import { resources } from "./resources.ts";
import { storedBytes } from "./stored-bytes.ts";
import { storedLife } from "./stored-life.ts";
import { sweeps } from "./sweeps.ts";
import { timeToLive } from "./time-to-live.ts";
import { unserializable } from "./unserializable.ts";

/** In the order in which an author of a new adapter meets them. */
export const backendCases: Cases<Scene> = joinCases(
  manifest,
  basics,
  metadata,
  storedLife,
  overwrite,
  deletes,
  timeToLive,
  sweeps,
  storedBytes,
  payloads,
  awkwardKeys,
  limits,
  batches,
  rawBatches,
  model,
  neighbours,
  concurrency,
  leases,
  leasesOverAnEnd,
  fencesOfTwoUsers,
  changes,
  mutation,
  unserializable,
  context,
  clear,
  listing,
  changingListings,
  largeSpaces,
  isolation,
  lifetime,
  closing,
  resources,
  damagedEntries,
  brokenConnection,
  leavingStore,
);
