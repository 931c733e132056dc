/** An entry as it is stored, with no more than it has to have. */
export const plainEntry = {
  payload: Buffer.from('{"a":1}'),
  format: "json",
  compressor: undefined,
  decodedBytes: undefined,
  createdAt: 1,
  staleAt: undefined,
  expiresAt: undefined,
  tags: undefined,
};
