import { useEffect, useState } from "preact/hooks";

export interface Polled<Value> {
  readonly value?: Value;
  /** Reason why the latest request failed. */
  readonly error?: string;
  /** Sends a request at once. */
  readonly look: () => void;
}

/** Loads a value every `everyMs` ms while the page is visible. */
export function usePoll<Value>(load: () => Promise<Value>, everyMs: number): Polled<Value> {
  const [polled, setPolled] = useState<{ readonly value?: Value; readonly error?: string }>({});
  const [looks, setLooks] = useState(0);
  useEffect(() => {
    let isOver = false;
    let wait: ReturnType<typeof setTimeout> | undefined;
    const again = (): void => {
      if (!isOver) wait = setTimeout(() => void poll(), everyMs);
    };
    const poll = async (): Promise<void> => {
      try {
        if (document.hidden) return;
        const value = await load();
        if (!isOver) setPolled({ value });
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (!isOver) setPolled((before) => ({ ...before, error: message }));
      } finally {
        again();
      }
    };
    void poll();
    return () => {
      isOver = true;
      clearTimeout(wait);
    };
  }, [looks]);
  return { ...polled, look: () => setLooks((before) => before + 1) };
}
