import type { ExperimentStatus } from "../../../src/client/status/status.js";
import type * as library from "../../../src/client/steer/steer-experiment.js";
import type { Ostinato } from "../../../src/client/connection/ostinato.js";
import type { ExperimentChange } from "../../../src/client/steer/steer-experiment.js";
import type { LiveView } from "../../output/live/render-live.js";
import { formatCount } from "../../output/format/format-count.js";
import { readKeys } from "../../output/terminal/read-keys.js";
import type { Keyboard, KeyReading } from "../../output/terminal/read-keys.js";
import { keyLines } from "./key-lines.js";
import { openPage } from "./open-page.js";
import { paceChanges } from "./pace-changes.js";

export interface FollowedByKeys {
  readonly ostinato: Ostinato;
  readonly name: string;
  readonly latest: () => ExperimentStatus | undefined;
  readonly notice: (text: string) => void;
  readonly setView: (view: LiveView) => void;
  readonly detach: () => void;
}

export interface FollowKeys extends KeyReading {
  /** Updates the line of keys. */
  readonly show: () => void;
  /** True if the failed records are to be sent again at the end. */
  readonly retriesFailed: () => boolean;
}

const faster = 1.25;
const slower = 0.8;
/** Time after which a status shows a changed rate. */
const settledMs = 6_000;

/** Steers a followed experiment by single keys. */
export function followKeys(followed: FollowedByKeys, keyboard: Keyboard): FollowKeys {
  const view = { help: false, errors: false, retry: false };
  const redraw = (): void => {
    const state = followed.latest()?.state ?? "starting";
    followed.setView({ keys: keyLines(state, view.help), errors: view.errors });
  };
  const toggle = (what: keyof typeof view): void => {
    view[what] = !view[what];
    redraw();
  };
  const retry = (): void => {
    toggle("retry");
    followed.notice(
      view.retry
        ? "The failed records are sent again when the run ends. Press r again to undo."
        : "The failed records are not sent again.",
    );
  };
  const pace = new PaceKeys(followed);
  const actions: Readonly<Record<string, () => void | Promise<void>>> = {
    "?": () => toggle("help"),
    e: () => toggle("errors"),
    r: retry,
    q: followed.detach,
    w: async () => showPage(followed),
    p: async () => pauseOrResume(followed),
    "+": async () => pace.change(faster),
    "-": async () => pace.change(slower),
  };
  redraw();
  // Keys that are pressed quickly act one after the other.
  let acting = Promise.resolve();
  const { stop } = readKeys(keyboard, (key) => {
    const action = Object.hasOwn(actions, key) ? actions[key] : undefined;
    acting = acting.then(action).catch((error: unknown) => {
      followed.notice(error instanceof Error ? error.message : String(error));
    });
  });
  return { stop, show: redraw, retriesFailed: () => view.retry };
}

async function pauseOrResume({ ostinato, name, latest, notice }: FollowedByKeys): Promise<void> {
  const { pauseExperiment, resumeExperiment } = await steering();
  const waits = latest()?.state === "paused" || latest()?.state === "blocked";
  await (waits ? resumeExperiment : pauseExperiment)(ostinato, name);
  notice(waits ? `${name} continues.` : `${name} is paused. Calls in flight finish.`);
}

/** Several presses multiply, although a status shows the first one only seconds later. */
class PaceKeys {
  readonly #followed: FollowedByKeys;
  #status: ExperimentStatus | undefined;
  #factor = 1;
  #pressedAtMs = -Infinity;

  constructor(followed: FollowedByKeys) {
    this.#followed = followed;
  }

  async change(factor: number): Promise<void> {
    const nowMs = Date.now();
    if (nowMs - this.#pressedAtMs > settledMs) {
      this.#status = this.#followed.latest();
      this.#factor = 1;
    }
    this.#pressedAtMs = nowMs;
    this.#factor *= factor;
    const changes = this.#status ? paceChanges(this.#status, this.#factor) : [];
    await applyChanges(this.#followed, changes);
  }
}

async function applyChanges(
  { ostinato, name, notice }: FollowedByKeys,
  changes: readonly ExperimentChange[],
): Promise<void> {
  const { changeExperiment } = await steering();
  for (const change of changes) await changeExperiment(ostinato, name, change);
  if (changes.length > 0) notice(`New pace: ${changes.map(paceText).join("; ")}.`);
}

function paceText({ group, requestsPerMinute = 0 }: ExperimentChange): string {
  const rate = `${formatCount(requestsPerMinute)} per minute`;
  return group === undefined ? rate : `${group} ${rate}`;
}

async function showPage({ latest, notice }: FollowedByKeys): Promise<void> {
  const webUi = latest()?.webUi;
  if (webUi === undefined) {
    notice("The Web UI of this server is not known.");
    return;
  }
  notice(webUi);
  await openPage(webUi);
}

/** Loaded at the first key, because most runs are not steered. */
async function steering(): Promise<typeof library> {
  return await import("../../../src/client/steer/steer-experiment.js");
}
