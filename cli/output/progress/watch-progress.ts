import type { WatchEvent } from "../../../src/domain/experiment/watch.js";
import type { WatchStatus } from "../../../src/client/watch/watch-status.js";
import { isOver } from "../../../src/client/status/status.js";
import { fitText } from "../format/fit-text.js";
import { createLiveLines } from "../terminal/live-lines.js";
import { createNews } from "./news.js";
import { createPlainProgress } from "./plain-progress.js";
import { renderLive } from "../live/render-live.js";
import { nextText, renderEvent, waitingText } from "./render-watch.js";
import { startTelling } from "../terminal/start-telling.js";
import { currentScreen } from "../terminal/terminal.js";
import type { Terminal } from "../terminal/terminal.js";

/** Shows the progress of a watch on stderr. */
export interface WatchProgress {
  /** @param fresh the events since the previous status */
  readonly show: (status: WatchStatus, fresh: readonly WatchEvent[]) => void;
  /** Prints a permanent line. */
  readonly notice: (text: string) => void;
  readonly end: () => void;
}

export function createWatchProgress(terminal: Terminal): WatchProgress {
  return terminal.talkScreen.isTerminal ? liveProgress(terminal) : plainProgress(terminal);
}

function plainProgress({ talk, talkScreen }: Terminal): WatchProgress {
  const lines = createByName(createPlainProgress);
  const teller = startTelling({ newsOf: createWatchNews(), tell: talk });
  return {
    show(status, fresh) {
      for (const event of fresh) renderEvent(event, talkScreen).forEach(talk);
      for (const { name, status: one } of status.running) {
        const line = one && !isOver(one.state) ? lines.of(name)(one, Date.now()) : undefined;
        if (line !== undefined) talk(line);
      }
      lines.keep(status.running);
      teller.show(status);
    },
    notice: talk,
    end: teller.stop,
  };
}

function liveProgress(terminal: Terminal): WatchProgress {
  const { talkScreen } = terminal;
  let latest: WatchStatus | undefined;
  const live = createLiveLines(terminal, () =>
    latest ? liveLines(latest, currentScreen(terminal)) : [],
  );
  const teller = startTelling({ newsOf: createWatchNews(), tell: live.write, onTick: live.draw });
  return {
    show(status, fresh) {
      latest = status;
      for (const event of fresh) renderEvent(event, talkScreen).forEach(live.write);
      teller.show(status);
      live.draw();
    },
    notice: live.write,
    end() {
      teller.stop();
      live.remove();
    },
  };
}

/** Returns the live lines, at most as many as the screen can clear. */
function liveLines(status: WatchStatus, screen: Terminal["talkScreen"]): string[] {
  const width = screen.columns - 1;
  const rows = Math.floor((screen.rows - 3) / Math.max(1, status.running.length)) + 1;
  const nowMs = Date.now();
  const experiments = status.running.flatMap(({ status: one }) =>
    one ? renderLive(one, { ...screen, rows: Math.max(2, rows) }, { nowMs }) : [],
  );
  const waiting = waitingText(status);
  const next = nextText(status);
  const idle = status.state === "paused" ? "paused" : "waiting for files";
  const rest = [
    ...(waiting === "" ? [] : [`waiting  ${waiting}`]),
    ...(next === "" ? [] : [`next     ${next}`]),
    ...(experiments.length + waiting.length === 0 || status.state === "paused"
      ? [`${status.dataFolder}: ${idle}`]
      : []),
  ].map((line) => fitText(line, width).trimEnd());
  return [...experiments.slice(0, Math.max(1, screen.rows - 2 - rest.length)), ...rest];
}

interface ByName<Value> {
  readonly of: (name: string) => Value;
  /** Forgets all other names. */
  readonly keep: (named: readonly { readonly name: string }[]) => void;
}

function createByName<Value>(create: () => Value): ByName<Value> {
  const values = new Map<string, Value>();
  return {
    of(name) {
      const value = values.get(name) ?? create();
      values.set(name, value);
      return value;
    },
    keep(named) {
      const names = new Set(named.map(({ name }) => name));
      for (const name of values.keys()) if (!names.has(name)) values.delete(name);
    },
  };
}

/**
 * Returns a function that reports the problems and blocks of the watch and of its experiments, each
 * once.
 */
function createWatchNews(): (status: WatchStatus, nowMs: number) => readonly string[] {
  const ofExperiments = createByName(createNews);
  const ofWatch = createNews();
  return ({ running, problems }, nowMs) => {
    const told = running.flatMap(({ name, status }) =>
      status ? ofExperiments.of(name)(status, nowMs) : [],
    );
    ofExperiments.keep(running);
    return [...ofWatch({ name: "", problems, blocked: [] }, nowMs), ...told];
  };
}
