const AT_ONCE = 8;

/** Do something with each of these, a few at a time; throws the first failure. */
export async function inParallel<T>(
  all: readonly T[],
  work: (one: T) => Promise<void>,
): Promise<void> {
  const waiting = all.values(); // all workers take from the same iterator
  const doOthers = async () => {
    for (const one of waiting) await work(one);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, doOthers));
}

/** Do something with all of these, also when it fails for some; throws the last failure at the end. */
export async function tryAll<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  let problem: unknown;
  await inParallel(all, async (one) => {
    try {
      await work(one);
    } catch (error) {
      problem = error;
    }
  });
  if (problem) throw problem;
}
