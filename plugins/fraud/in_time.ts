/** What is worth waiting for only so long. */

/**
 * A gate may be asked inside a transaction, which holds a connection: if all of them waited for another one, none would
 * ever come. So nothing here is waited for without an end; what is late goes on by itself.
 *
 * @param late is answered when `work` takes longer, and when it fails
 */
export async function inTime<T, L>(work: Promise<T>, milliseconds: number, late: L): Promise<T | L> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<L>((resolve) => {
    timer = setTimeout(() => resolve(late), milliseconds);
  });
  try {
    return await Promise.race([work.catch(() => late), over]);
  } finally {
    clearTimeout(timer);
  }
}
