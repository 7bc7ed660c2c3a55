import type { HoldKind } from "./hold.js";

/** Names the reason for a hold in one or two words. */
export const holdWords: Readonly<Record<HoldKind, string>> = {
  requests: "requests",
  tokens: "tokens",
  "in-flight": "in flight",
  answers: "API speed",
  day: "day quota",
  throttled: "429s",
  unreachable: "API away",
  paused: "paused",
  blocked: "blocked",
  worker: "no worker",
};
