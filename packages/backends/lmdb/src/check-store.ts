import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { BackendError } from "@hitbox/core";

/*
 * LMDB maps its file and trusts what is in it: an environment that is foreign or cut short ends the process, where
 * an error would do. So this looks before LMDB does.
 *
 * A file starts with two meta pages (struct MDB_meta of LMDB's mdb.c, data version 2, 64 bits), in the byte order of
 * the machine. Offsets below are into a page.
 */
const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const META_BYTES = 160;
const AT = { magic: 24, version: 28, pageSize: 48, freeRoot: 88, mainRoot: 136, transaction: 152 };
const NO_PAGE = 0xffff_ffff_ffff_ffffn;

/**
 * @throws BackendError `corrupt`, for a directory with files that are not, or no longer, an LMDB environment; an
 * error of the system where they cannot be read and written.
 */
export function checkStore(directory: string): void {
  accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  for (const name of ["data.mdb", "lock.mdb"]) {
    const file = join(directory, name);
    if (!existsSync(file)) continue;
    if (!statSync(file).isFile()) throw corrupt(file, "is not a file");
    accessSync(file, constants.R_OK | constants.W_OK);
    if (name === "data.mdb") checkData(file);
  }
}

function checkData(file: string): void {
  const descriptor = openSync(file, "r");
  try {
    const { size } = fstatSync(descriptor);
    if (size === 0) return;
    const first = readMeta(descriptor, 0, file);
    const pageSize = first.getUint32(AT.pageSize, LITTLE_ENDIAN);
    const second = readMeta(descriptor, pageSize, file);
    const newer =
      first.getBigUint64(AT.transaction, LITTLE_ENDIAN) > second.getBigUint64(AT.transaction, LITTLE_ENDIAN)
        ? first
        : second;
    for (const at of [AT.freeRoot, AT.mainRoot]) {
      const root = newer.getBigUint64(at, LITTLE_ENDIAN);
      if (root !== NO_PAGE && (root + 1n) * BigInt(pageSize) > BigInt(size))
        throw corrupt(file, "is cut short");
    }
  } finally {
    closeSync(descriptor);
  }
}

function readMeta(descriptor: number, position: number, file: string): DataView {
  const bytes = new Uint8Array(META_BYTES);
  const count = readSync(descriptor, bytes, 0, META_BYTES, position);
  const meta = new DataView(bytes.buffer);
  if (count < META_BYTES || meta.getUint32(AT.magic, LITTLE_ENDIAN) !== MAGIC)
    throw corrupt(file, "is not an LMDB file, or is damaged");
  const version = meta.getUint32(AT.version, LITTLE_ENDIAN) & 0xffff;
  if (version !== DATA_VERSION)
    throw corrupt(file, `is an LMDB file of data version ${version}, not ${DATA_VERSION}`);
  return meta;
}

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function corrupt(file: string, what: string): BackendError {
  return new BackendError("corrupt", `${file} ${what}`);
}
