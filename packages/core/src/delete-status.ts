/** The result of a delete. `count` is the number of layers that held the key: 1 for a single store. */
export type DeleteStatus =
  | { readonly status: "deleted"; readonly count: number }
  | { readonly status: "missing" };

const DELETED_ONCE: DeleteStatus = Object.freeze({ status: "deleted", count: 1 });
const MISSING: DeleteStatus = Object.freeze({ status: "missing" });

/** The key was held by `count` layers (default 1), and is no more. */
export function deleted(count = 1): DeleteStatus {
  return count === 1 ? DELETED_ONCE : Object.freeze({ status: "deleted", count });
}

/** The key was not held. */
export function missing(): DeleteStatus {
  return MISSING;
}
