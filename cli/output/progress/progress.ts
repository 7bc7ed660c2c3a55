import type { ExperimentStatus } from "../../../src/client/status/status.js";
import { createLiveLines } from "../terminal/live-lines.js";
import { createNews } from "./news.js";
import { createPlainProgress } from "./plain-progress.js";
import { plainView, renderLive } from "../live/render-live.js";
import type { LiveView } from "../live/render-live.js";
import { startTelling } from "../terminal/start-telling.js";
import { currentScreen } from "../terminal/terminal.js";
import type { Terminal } from "../terminal/terminal.js";

/** Shows the progress of an experiment on stderr. */
export interface Progress {
  readonly show: (status: ExperimentStatus) => void;
  /** Prints a permanent line. */
  readonly notice: (text: string) => void;
  readonly end: () => void;
  /** Changes the live view; absent without one. */
  readonly setView?: (view: LiveView) => void;
}

export function createProgress(terminal: Terminal): Progress {
  return terminal.talkScreen.isTerminal ? liveProgress(terminal) : plainProgress(terminal);
}

/** Returns a progress without live view, for programs that receive each status as JSON. */
export function noticesAlone({ talk }: Terminal): Progress & { readonly show: () => void } {
  return { show: () => undefined, notice: talk, end: () => undefined };
}

function plainProgress({ talk }: Terminal): Progress {
  const lineFor = createPlainProgress();
  const teller = startTelling({ newsOf: createNews(), tell: talk });
  return {
    show(status) {
      const line = lineFor(status, Date.now());
      if (line !== undefined) talk(line);
      teller.show(status);
    },
    notice: talk,
    end: teller.stop,
  };
}

function liveProgress(terminal: Terminal): Progress {
  let latest: ExperimentStatus | undefined;
  let view = plainView;
  const live = createLiveLines(terminal, () =>
    latest ? renderLive(latest, currentScreen(terminal), { nowMs: Date.now(), view }) : [],
  );
  const teller = startTelling({ newsOf: createNews(), tell: live.write, onTick: live.draw });
  return {
    show(status) {
      latest = status;
      teller.show(status);
      live.draw();
    },
    notice: live.write,
    setView(changed) {
      view = changed;
      live.draw();
    },
    end() {
      teller.stop();
      view = plainView;
      live.keep();
    },
  };
}
