/** A call joins the next reading that begins, never one that may have passed what it wants to see. */
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
