import { createLogUpdate } from "log-update";
import type { ExperimentStatus } from "../../src/index.js";
import { createNews } from "./news.js";
import { createPace } from "./pace.js";
import { createPlainProgress } from "./plain-progress.js";
import { renderProgress } from "./render-progress.js";
import type { Screen } from "./screen.js";
import type { Terminal } from "./terminal.js";

/** Shows how an experiment goes on, on stderr. */
export interface Progress {
  readonly show: (status: ExperimentStatus) => void;
  /** A line that stays. */
  readonly notice: (text: string) => void;
  readonly end: () => void;
}

export function createProgress(terminal: Terminal): Progress {
  return terminal.talkScreen.isTerminal ? liveProgress(terminal) : plainProgress(terminal);
}

function plainProgress({ talk }: Terminal): Progress {
  const lineFor = createPlainProgress();
  const newsOf = createNews();
  return {
    show(status) {
      const line = lineFor(status, new Date());
      if (line !== undefined) talk(line);
      newsOf(status).forEach(talk);
    },
    notice: talk,
    end: () => undefined,
  };
}

function liveProgress({ talkStream, talkScreen }: Terminal): Progress {
  const update = createLogUpdate(sized(talkStream, talkScreen));
  const pace = createPace();
  const newsOf = createNews();
  let latest: ExperimentStatus | undefined;
  const draw = (): void => {
    if (latest) update(renderProgress(latest, talkScreen, pace.perMinute).join("\n"));
  };
  const notice = (text: string): void => {
    update.clear();
    talkStream.write(`${text}\n`);
    draw();
  };
  // The time that is left moves on while nothing else does.
  const ticking = setInterval(draw, 1000);
  ticking.unref();
  return {
    show(status) {
      latest = status;
      pace.observe(status, Date.now());
      newsOf(status).forEach(notice);
      draw();
    },
    notice,
    end() {
      clearInterval(ticking);
      draw();
      update.done();
    },
  };
}

/** A pseudo-terminal that reports 0 columns would have every character on a line of its own. */
function sized(stream: NodeJS.WriteStream, screen: Screen): NodeJS.WriteStream {
  if (stream.columns > 0) return stream;
  return new Proxy(stream, {
    get(target, key) {
      if (key === "columns") return screen.columns;
      if (key === "rows") return screen.rows;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
