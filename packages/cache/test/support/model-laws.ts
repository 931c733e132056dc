import { LoadManyError } from "@hitbox/cache";
import { breaksLaw } from "@hitbox/test-support";
import { type Done, KEYS, type Origin, type Setting, SourceError, type World } from "./model-run.ts";

type Key = Done["key"];

/** Throws if the run broke a law. */
export function check(world: World, setting: Setting, store: "well" | "failing"): void {
  checkLoads(world);
  checkModes(world);
  checkAnswers(world, setting);
  checkRest(world, setting);
  if (world.pending > 0) breaksLaw("nothing is left under way by closed caches", { pending: world.pending });
  // A load that began longer ago than its ttl is not joined.
  if (world.ttl === "long") checkSingleFlight(world);
  if (store === "failing" || world.ttl !== "long") return;
  checkSame(world);
  checkKept(world, setting);
}

export function holdsValues({ stored }: World): boolean {
  return [...stored.values()].some((value) => value !== undefined);
}

/** A change after which an entry of a tag may be stored and invalid. */
const isOfTags = ({ kind }: Done): boolean => kind === "invalidate" || kind === "clear";
const isExpire = ({ kind }: Done): boolean => kind === "expire" || kind === "expireTags";

const isChange = ({ kind }: Done): boolean => !["load", "get", "touch", "hold"].includes(kind);

const concerns = (change: Done, key: Key): boolean =>
  ["clear", "invalidate", "expireTags"].includes(change.kind) || change.key === key;

const changesOf = ({ done }: World, key: Key): Done[] =>
  done.filter((one) => isChange(one) && concerns(one, key));

/** Gets, and loads of one process, see nothing older than the changes that were over before they began. */
function checkAnswers(world: World, setting: Setting): void {
  const isDown = world.done.some(({ fails }) => fails);
  for (const { kind, key, begun, mode, read, failure } of world.done) {
    // Of two processes one may join a load of its own that the other has outdated. Its value is not stored.
    const isTold = kind === "get" || (kind === "load" && setting.caches === 1);
    // Such a load asks for a stale value, too.
    const mayBeStale = kind === "load" && (isDown || mode === "force-cache");
    if (isTold && failure === undefined) checkSeen(world, setting, read, key, begun, mayBeStale);
  }
}

/**
 * When all is quiet nothing is left that is older than a change: neither in the store nor in what the caches
 * answer.
 */
function checkRest(world: World, setting: Setting): void {
  for (const key of KEYS) {
    const stored = world.stored.get(key);
    // An entry whose tag has been invalidated may stay in the store, as long as no cache answers with it.
    if (world.tags === "no tags") checkSeen(world, setting, stored, key, Infinity, true);
    for (const answers of world.answers) checkSeen(world, setting, answers.get(key), key, Infinity);
  }
}

/** When all is quiet, and no operation has failed, the caches answer with the values that are stored. */
function checkSame(world: World): void {
  for (const key of KEYS) {
    const stored = world.stored.get(key);
    const mayBeInvalid = (world.tags === "tags" && world.done.some(isOfTags)) || world.done.some(isExpire);
    for (const answers of world.answers) {
      const answer = answers.get(key);
      if (answer === stored || (answer === undefined && mayBeInvalid)) continue;
      breaksLaw("a cache at rest answers with the value that is stored", { key, answer, stored });
    }
  }
}

/**
 * No value is seen that is older than a change which was over before `since`, and which did not fail. An
 * expired one stays in the store, and answers a load that fails; it is fresh again if a loader has kept it.
 */
function checkSeen(
  world: World,
  { caches }: Setting,
  value: number | undefined,
  key: Key,
  since: number,
  mayBeStale = false,
): void {
  if (value === undefined) return;
  const origin = world.origins.get(value) as Origin;
  if (origin.key !== key) breaksLaw("a value is seen under its own key only", { key, value, origin });
  for (const change of changesOf(world, key)) {
    if (change.ended >= since || change.failure !== undefined) continue;
    const isKept = (world.kept.get(value) ?? 0) > change.begun;
    if ((mayBeStale || isKept) && isExpire(change)) continue;
    if (change.kind === "set" && change.begun === origin.callBegun) continue;
    // In one process changes take effect in the order of their calls; of two processes only those that do not
    // overlap.
    const isOrdered = caches === 1 || origin.kind === "load";
    if (isOrdered ? origin.begun > change.begun : origin.ended > change.begun) continue;
    breaksLaw("no value is seen that is older than a change", { change, value, origin, since });
  }
}

/** Two loaders of a key run together only where a change came between their calls, or in two processes. */
function checkSingleFlight(world: World): void {
  const loads = [...world.origins.values()].filter(({ isFurther, kind }) => kind === "load" && !isFurther);
  for (const first of loads) {
    for (const second of loads) {
      if (first === second || first.key !== second.key || first.at !== second.at) continue;
      if (!(first.begun < second.begun && second.begun < first.ended)) continue;
      if (first.signal?.aborted || second.signal?.aborted) continue;
      const [start = 0, end = 0] = [first.callBegun, second.callBegun].sort((one, other) => one - other);
      // The loader of a batch runs on for other keys, though the callers of one have gone.
      if (world.done.some((call) => call.begun === first.callBegun && call.isMany && call.leaves)) continue;
      if (first.mode === "no-store" || second.mode === "no-store") continue;
      const outdating = [...changesOf(world, first.key), ...reloadsOf(world, first.key)];
      // The delete of a prefix takes effect on a key when it has listed it.
      const isOutdated = outdating.some(
        ({ begun, ended, kind }) =>
          begun <= end && (begun > start || (kind === "deletePrefix" && ended > start)),
      );
      if (!isOutdated) breaksLaw("loaders of a key run one at a time", { first, second });
    }
  }
}

/** A load gives a value, unless its caller has gone away or its source has failed. */
function checkLoads({ done }: World): void {
  const isDown = done.some(({ fails, kind }) => kind === "load" && fails);
  for (const load of done) {
    if (load.kind !== "load") continue;
    const { failure, leaves, read } = load;
    const isAborted = leaves && failure instanceof Error && failure.name === "AbortError";
    const isOfSource = failure instanceof SourceError || failure instanceof LoadManyError;
    if (failure === undefined ? typeof read !== "number" : !isAborted && !(isDown && isOfSource))
      breaksLaw("a load gives a value, unless its caller has gone away or its source has failed", { load });
  }
}

/** A reload has a value that was asked for since, and a value that is not to be stored is nobody else's. */
function checkModes({ done, kept, origins, stored, answers }: World): void {
  for (const { begun, kind, mode, read } of done) {
    const origin = origins.get(read ?? 0);
    if (origin === undefined) continue;
    // A loader may keep the value of a set that was under way.
    const isNew = origin.begun > begun || (kept.get(read ?? 0) ?? 0) > begun;
    if (kind === "load" && (mode === "reload" || mode === "no-store") && !isNew)
      breaksLaw("a reload has a value that was asked for since", { begun, mode, origin });
    if (isApart(origin) && origin.callBegun !== begun)
      breaksLaw("a value that is not to be stored is nobody else's", { begun, mode, origin });
  }
  for (const values of [stored, ...answers])
    for (const value of values.values()) {
      const origin = origins.get(value ?? 0);
      if (origin && isApart(origin)) breaksLaw("what is not to be stored is not stored", { origin });
    }
}

const isApart = ({ kind, mode }: Origin): boolean => kind === "load" && mode === "no-store";

const reloadsOf = ({ done }: World, key: Key): Done[] =>
  done.filter((one) => one.kind === "load" && one.mode === "reload" && one.key === key);

/** If no operation fails, nothing that was stored after the last change gets lost. */
function checkKept(world: World, setting: Setting): void {
  for (const key of KEYS) {
    const last = lastChange(world, key);
    if (last === "several") continue;
    if (last?.kind === "set") checkSetStays(world, last);
    else checkLoadStays(world, setting, key, last);
  }
}

function checkSetStays({ stored: values, origins }: World, change: Done): void {
  const stored = values.get(change.key);
  const origin = stored === undefined ? undefined : origins.get(stored);
  // A loader that ran while the set was under way may have seen data that is newer.
  const isSetOrNewer = origin?.callBegun === change.begun || (origin?.begun ?? 0) > change.begun;
  if (!isSetOrNewer) breaksLaw("the last set stays", { change, stored, origin });
}

function checkLoadStays(world: World, { caches }: Setting, key: Key, change: Done | undefined): void {
  const stored = world.stored.get(key);
  // A load that a reload outdates is not stored, though the reload fails.
  const since = Math.max(change?.ended ?? 0, ...reloadsOf(world, key).map(({ begun }) => begun - 1));
  // A load that was joined may have begun before the change was over. Its value is not stored.
  const isSince = ({ read }: Done): boolean => (world.origins.get(read ?? 0)?.callBegun ?? 0) > since;
  const isStored = ({ kind, mode }: Done): boolean => kind === "load" && mode !== "no-store";
  const loads = world.done.filter((one) => isStored(one) && one.key === key && isSince(one));
  const origin = world.origins.get(stored ?? 0);
  const isLast = loads.at(-1)?.read === stored || isLoadedSince(world, loads.at(-1), origin);
  const isKept = caches === 1 ? isLast : stored !== undefined;
  if (loads.length > 0 && !isKept)
    breaksLaw("a value that was loaded after the last change stays", { change, stored, loads });
}

/**
 * Whether a value was loaded with another key, or in the background, and is no older than the value that a
 * load has read.
 */
function isLoadedSince(
  { lots, origins }: World,
  load: Done | undefined,
  stored: Origin | undefined,
): boolean {
  const read = origins.get(load?.read ?? 0);
  const isAside = stored?.isFurther || (lots !== undefined && stored?.kind === "load");
  return isAside === true && read !== undefined && (stored?.begun ?? 0) > read.begun;
}

/** The change of the key that took effect last; `several` if that is open, because changes overlapped. */
function lastChange(world: World, key: Key): Done | undefined | "several" {
  const changes = changesOf(world, key);
  const last = changes.at(-1);
  // Changes of one process take effect in the order of their calls; but a clear does not hold up later
  // changes, nor does the delete of a prefix, and an invalidation waits for no change of a key.
  const isUnordered = (one: Done): boolean =>
    one.at !== last?.at || UNORDERED.includes(one.kind) || last.kind === "invalidate";
  const isOpen = changes.some(
    (one) => one !== last && isUnordered(one) && one.ended > (last?.begun ?? Infinity),
  );
  return isOpen ? "several" : last;
}

const UNORDERED: readonly string[] = ["clear", "deletePrefix"];
