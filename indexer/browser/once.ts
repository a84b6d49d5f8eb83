/** once gives a way to something that is got when it is needed first. What failed is tried anew: the next search may have a better line. */
export function once<T>(get: () => Promise<T>): () => Promise<T> {
  let got: Promise<T> | undefined;
  return () => (got ??= get().catch((problem) => {
    got = undefined;
    throw problem;
  }));
}
