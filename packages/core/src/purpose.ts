/**
 * The reason of one operation of a store:
 *
 * - `value`: an entry is read, stored or removed for a caller
 * - `lease`: the right to load is asked for; the entry that comes with the answer counts as read
 * - `tags`: the record of a tag
 * - `refill`: an entry of a later tier is put into an earlier one
 * - `coherence`: an entry is dropped that another process has changed
 * - `retry`: a change that has failed is tried again
 * - `inspect`: a tool of an operator looks at an entry, or keeps a record of its own
 */
export type Purpose = "value" | "lease" | "tags" | "refill" | "coherence" | "retry" | "inspect";
