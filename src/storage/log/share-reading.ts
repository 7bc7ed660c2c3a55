/**
 * Returns a function that shares readings. A call joins the next reading that starts, never a
 * running reading, which may have missed its data.
 */
export function shareReading(read: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const start = async (): Promise<void> => {
    await running?.catch(() => undefined);
    next = undefined;
    const reading = read();
    running = reading;
    try {
      await reading;
    } finally {
      if (running === reading) running = undefined;
    }
  };
  return async () => (next ??= start());
}
