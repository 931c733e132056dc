/** The sizes of the maps and sets that got an item while `run` ran, as they are when it has ended. */
export async function touchedSizes(run: () => unknown): Promise<number[]> {
  const touched = new Set<Map<unknown, unknown> | Set<unknown>>();
  const { set } = Map.prototype;
  const { add } = Set.prototype;
  Map.prototype.set = function (...item) {
    add.call(touched, this);
    return set.apply(this, item);
  };
  Set.prototype.add = function (item) {
    add.call(touched, this);
    return add.call(this, item);
  };
  try {
    await run();
  } finally {
    Map.prototype.set = set;
    Set.prototype.add = add;
  }
  return Array.from(touched, ({ size }) => size);
}
