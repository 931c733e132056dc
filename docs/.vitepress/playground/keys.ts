export const KEYS = ["user:1", "user:2", "rate"] as const;
export const TAG = "users";

/** The entries of users have the tag. */
export const entryOptions = (key: string): { readonly tags: readonly string[] } => ({
  tags: key.startsWith("user:") ? [TAG] : [],
});
