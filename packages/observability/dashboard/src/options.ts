import {
  type AnyBackend,
  type Clock,
  checkFunction,
  checkInteger,
  checkKnown,
  checkMilliseconds,
  checkOption,
  isBackend,
  systemClock,
} from "@hitbox/core";
import { INSPECTED } from "@hitbox/core/tier";

/** A cache of `createCache`. */
export interface DashboardCache {
  invalidateTags(tags: readonly string[]): Promise<void>;
}

/** A tier of `switchable` of `@hitbox/wrappers`. */
export interface DashboardSwitch {
  readonly isOn: boolean;
  switchOn(): void;
  switchOff(): void;
}

/** `read`: the page and its numbers, keys and entries. `write`: deletes, invalidations and switches. */
export type Access = "read" | "write";

/** Answers true to allow a request. Everything else refuses it. */
export type Authorize = (request: Request, access: Access) => boolean | PromiseLike<boolean>;

export interface DashboardOptions {
  /** Caches whose entries can be looked up, by the names that the page shows. Default: none. */
  readonly caches?: Readonly<Record<string, DashboardCache>> | undefined;
  /** Backends without a cache, by name. They have no tags to invalidate. Default: none. */
  readonly backends?: Readonly<Record<string, AnyBackend>> | undefined;
  /** Tiers that can be switched off and on, by name. Default: none. */
  readonly switches?: Readonly<Record<string, DashboardSwitch>> | undefined;
  /** The path that the dashboard is served under, such as `/hitbox`. Default: the root. */
  readonly path?: string | undefined;
  /**
   * Asked for each request. Only with it can anything be changed. Default: everyone who reaches the dashboard
   * may read, and nobody may write.
   */
  readonly authorize?: Authorize | undefined;
  /** Shows the values of entries. Default: false. */
  readonly showValues?: boolean | undefined;
  /**
   * Hosts that requests may name, such as `ops.example:8080`: others are refused, which keeps out pages that
   * point their own name at this server. Default: any.
   */
  readonly hosts?: readonly string[] | undefined;
  /** The store through which processes add up their numbers. Default: this process alone. */
  readonly fleet?: AnyBackend | undefined;
  /** Keys of which hits and loads are counted; 0 turns the counting off. Default: 256. */
  readonly trackedKeys?: number | undefined;
  /** Milliseconds between two updates of an open page. Default: 2,000. */
  readonly interval?: number | undefined;
  /** Epoch milliseconds. Default: `Date.now`. */
  readonly now?: Clock | undefined;
}

/** The options with their defaults. */
export interface Settings {
  readonly caches: Readonly<Record<string, DashboardCache>>;
  readonly backends: Readonly<Record<string, AnyBackend>>;
  readonly switches: Readonly<Record<string, DashboardSwitch>>;
  readonly path: string;
  readonly authorize: Authorize | undefined;
  readonly showValues: boolean;
  readonly hosts: readonly string[] | undefined;
  readonly fleet: AnyBackend | undefined;
  readonly trackedKeys: number;
  readonly interval: number;
  readonly now: Clock;
}

export const DASHBOARD_OPTIONS: readonly string[] = [
  ...["caches", "backends", "switches", "path", "authorize", "showValues", "hosts", "fleet"],
  ...["trackedKeys", "interval", "now"],
];

/** @throws TypeError for an option that is unknown or wrong. */
export function settingsOf(options: DashboardOptions): Settings {
  checkKnown("dashboard", options, DASHBOARD_OPTIONS);
  const { caches = {}, backends = {}, switches = {}, path = "", showValues = false } = options;
  const { authorize, fleet, hosts, interval = 2_000, now = systemClock, trackedKeys = 256 } = options;
  checkEach("caches", caches, isCache, "must be caches of createCache, by name");
  checkEach("backends", backends, isBackend, "must be backends, by name");
  checkEach("switches", switches, isSwitch, "must be tiers of switchable, by name");
  const twice = Object.keys(backends).find((name) => Object.hasOwn(caches, name));
  checkOption(twice === undefined, "backends", twice, "must have other names than `caches`");
  checkOption(isPath(path), "path", path, 'must be empty, or begin with "/" and not end with one');
  checkOption(typeof showValues === "boolean", "showValues", showValues, "must be a boolean");
  checkOption(hosts === undefined || isListOfText(hosts), "hosts", hosts, 'must be like ["localhost:8080"]');
  checkOption(fleet === undefined || isBackend(fleet), "fleet", fleet, "must be a backend");
  checkFunction("authorize", authorize);
  checkFunction("now", now);
  checkInteger("trackedKeys", trackedKeys, 0, 10_000);
  checkMilliseconds("interval", interval, 100, 60_000);
  return {
    ...{ caches, backends, switches, path, authorize, showValues, hosts, fleet, trackedKeys, interval, now },
  };
}

function checkEach(option: string, given: object, holds: (value: unknown) => boolean, rule: string): void {
  checkOption(typeof given === "object" && given !== null, option, given, rule);
  for (const value of Object.values(given)) checkOption(holds(value), option, value, rule);
}

function isCache(value: unknown): boolean {
  return typeof value === "object" && value !== null && INSPECTED in value && "invalidateTags" in value;
}

function isSwitch(value: unknown): boolean {
  return typeof value === "object" && value !== null && "isOn" in value && "switchOff" in value;
}

function isPath(value: unknown): boolean {
  return value === "" || (typeof value === "string" && /^(?:\/[\w.~-]+)+$/.test(value));
}

function isListOfText(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
