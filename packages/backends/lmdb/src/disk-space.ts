import { dirname } from "node:path";
import { BackendError } from "@hitbox/core";
import { Claims, type Release } from "./claims.ts";
import { Disk } from "./disk.ts";
import { FileSpace } from "./file-space.ts";
import { FreePages } from "./free-pages.ts";

const MIB = 1024 * 1024;
/** Bytes to keep free, or a tenth of a small disk: LMDB needs some pages to remove an entry, too. */
const RESERVE_BYTES = 16 * MIB;
/** Bytes of pages that a small entry, or a removal, can make LMDB write anew. */
const OVERHEAD_BYTES = 32_768;
/** A clear lists the number of each page that it leaves. */
const CLEAR_BYTES_PER_PAGE = 16;
const TRUSTED_MS = 250;
const NO_PAGES = new FreePages([], 0, 1);

/**
 * Refuses writes before the disk is full. LMDB must not reach the end of the disk: it prints the error, and
 * lmdb up to 3.5 can damage the process's memory when a page cannot be written.
 *
 * Claimed bytes count until their commit has ended: the disk does not show them before. If only the reserve
 * is left, a write needs free pages within the file. It needs room in the reserve as well, as LMDB may make
 * the file grow after all.
 */
export class DiskSpace {
  readonly claims: Claims = new Claims(() => {
    this.#isChanged = true;
  });
  readonly #path: string;
  readonly #disk: Disk;
  readonly #oldest: () => bigint;
  #room = 0;
  #reserve = 0;
  #file: FileSpace | undefined;
  #free: FreePages | undefined;
  #measuredAt = Number.NEGATIVE_INFINITY;
  #isChanged = true;

  /** `path`: the store's file. `oldest`: the oldest state of the store that a reader may hold. */
  constructor(path: string, oldest: () => bigint) {
    this.#path = path;
    this.#disk = new Disk(dirname(path));
    this.#oldest = oldest;
  }

  /** Claims the bytes of an entry; undefined if writing them would leave too little. */
  claim(bytes: number): Release | undefined {
    const cost = bytes + OVERHEAD_BYTES;
    const fits = this.#fits(cost, true) || (cost <= this.#room && this.#pages().take(bytes));
    return fits ? this.#taken(cost) : undefined;
  }

  /** Claims the room that a removal needs for a while; undefined if the disk does not even have that. */
  claimRemoval(): Release | undefined {
    return this.#claimWithin(OVERHEAD_BYTES);
  }

  claimClear(): Release | undefined {
    this.#fits(0, false);
    return this.#claimWithin(OVERHEAD_BYTES + (this.#file?.pages ?? 0) * CLEAR_BYTES_PER_PAGE);
  }

  /** The number of the newest state of the store. */
  get state(): bigint {
    return new FileSpace(this.#path).state;
  }

  /** Notes that a commit has failed for want of room, although it had a claim. */
  overestimated(): void {
    this.#disk.overestimated();
    this.#measuredAt = Number.NEGATIVE_INFINITY;
  }

  refusal(): BackendError {
    const directory = dirname(this.#path);
    return new BackendError(
      "unavailable",
      `the disk of ${directory} has too little space left; free some, or delete entries`,
    );
  }

  #claimWithin(cost: number): Release | undefined {
    return this.#fits(cost, false) || this.#pages().has(2 * cost) ? this.#taken(cost) : undefined;
  }

  /** Measures again if the last measure is old, or does not do and may be outdated. */
  #fits(cost: number, isReserveKept: boolean): boolean {
    const fits = (): boolean => cost <= this.#room - (isReserveKept ? this.#reserve : 0);
    const isOld = performance.now() - this.#measuredAt > TRUSTED_MS;
    if (isOld || (!fits() && this.#isChanged)) this.#measure();
    return fits();
  }

  #measure(): void {
    const { free, size } = this.#disk.measure();
    this.#file = new FileSpace(this.#path);
    this.#room = free + this.#file.tail - this.claims.pending;
    this.#reserve = Math.min(RESERVE_BYTES, size / 10);
    // The list of free pages still has those that the pending writes are about to take.
    if (this.claims.isIdle) this.#free = undefined;
    this.#measuredAt = performance.now();
    this.#isChanged = false;
  }

  #pages(): FreePages {
    if (this.#free === undefined && this.claims.isIdle && this.#file) {
      this.#free = new FreePages(this.#file.runs(this.#oldest()), this.#file.pages, this.#file.pageSize);
    }
    return this.#free ?? NO_PAGES;
  }

  #taken(cost: number): Release {
    this.#room -= cost;
    this.#isChanged = true;
    return this.claims.add(cost);
  }
}
