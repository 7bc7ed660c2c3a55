import { useEffect, useState } from "preact/hooks";

export type Loaded<Value> =
  | { readonly state: "loading"; readonly value?: Value }
  | { readonly state: "ready"; readonly value: Value }
  | { readonly state: "failed"; readonly message: string };

/** Loads a value whenever `key` changes. Keeps the previous value until the new one is loaded. */
export function useLoad<Value>(load: () => Promise<Value>, key: string): Loaded<Value> {
  const [loaded, setLoaded] = useState<Loaded<Value>>({ state: "loading" });
  useEffect(() => {
    let isWanted = true;
    setLoaded((before) => (before.state === "ready" ? { ...before, state: "loading" } : before));
    load().then(
      (value) => isWanted && setLoaded({ state: "ready", value }),
      (error: unknown) => isWanted && setLoaded({ state: "failed", message: messageOf(error) }),
    );
    return () => {
      isWanted = false;
    };
  }, [key]);
  return loaded;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
