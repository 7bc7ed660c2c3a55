import type { ExperimentStatus } from "../../../src/client/status/status.js";
import { createLiveLines } from "../terminal/live-lines.js";
import { createNews } from "./news.js";
import { createPace } from "../format/pace.js";
import { createPlainProgress } from "./plain-progress.js";
import { renderProgress } from "./render-progress.js";
import { startTelling } from "../terminal/start-telling.js";
import type { Terminal } from "../terminal/terminal.js";

/** Shows the progress of an experiment on stderr. */
export interface Progress {
  readonly show: (status: ExperimentStatus) => void;
  /** Prints a permanent line. */
  readonly notice: (text: string) => void;
  readonly end: () => void;
}

export function createProgress(terminal: Terminal): Progress {
  return terminal.talkScreen.isTerminal ? liveProgress(terminal) : plainProgress(terminal);
}

/** For programs, which receive each status as JSON. */
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
  const pace = createPace();
  let latest: ExperimentStatus | undefined;
  const live = createLiveLines(terminal, () =>
    latest ? renderProgress(latest, terminal.talkScreen, pace.perMinute) : [],
  );
  const teller = startTelling({ newsOf: createNews(), tell: live.write, onTick: live.draw });
  return {
    show(status) {
      latest = status;
      pace.observe(status, Date.now());
      teller.show(status);
      live.draw();
    },
    notice: live.write,
    end() {
      teller.stop();
      live.keep();
    },
  };
}
