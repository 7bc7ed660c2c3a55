import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { LiveStatus, Steering } from "../../domain/report/live-run.js";
import { FactStrip } from "../parts/facts.js";
import { formatCount, formatMs } from "../parts/format.js";
import type { RunAddress, ViewClient } from "../source/view-client.js";
import { ChangeForm } from "./change-form.js";
import { LiveLines } from "./live-lines.js";
import { ProblemList } from "../parts/problem-list.js";

interface SteerProps {
  readonly client: ViewClient;
  readonly run: RunAddress;
  readonly status: LiveStatus;
  /** Updates the run at once. */
  readonly look: () => void;
}

type Opened = "change" | "cancel" | undefined;

/** The pace of an open run, and the buttons that steer it. */
export function Steer({ client, run, status, look }: SteerProps): JSX.Element | null {
  const [opened, setOpened] = useState<Opened>();
  const [isSending, setIsSending] = useState(false);
  const [said, setSaid] = useState<{ readonly text: string; readonly isError: boolean }>();
  const { actions, problems, words } = status;
  const send = async (steering: Steering): Promise<void> => {
    setIsSending(true);
    setOpened(undefined);
    try {
      setSaid({ text: await client.steer(run, steering), isError: false });
    } catch (error) {
      setSaid({ text: error instanceof Error ? error.message : String(error), isError: true });
    }
    setIsSending(false);
    look();
  };
  const onSend = (steering: Steering): void => void send(steering);
  if (actions.length + problems.length === 0 && words === undefined && !said) return null;
  return (
    <section class="steer" aria-label="Steer the run">
      <Pace status={status} />
      {status.lines ? <LiveLines lines={status.lines} /> : null}
      <Asked status={status} />
      <Buttons
        status={status}
        isSending={isSending}
        opened={opened}
        onSend={onSend}
        onOpen={setOpened}
      />
      {opened === "change" ? <ChangeForm status={status} onSend={onSend} /> : null}
      {opened === "cancel" ? (
        <p class="steer-ask">
          Records that were not sent are recorded as failed.{" "}
          <button type="button" class="button" onClick={() => onSend({ action: "cancel" })}>
            Cancel the run
          </button>{" "}
          <button type="button" class="button" onClick={() => setOpened(undefined)}>
            Go on
          </button>
        </p>
      ) : null}
      <p class={said?.isError === true ? "error-text" : "muted"} role="status">
        {said?.text}
      </p>
      <ProblemList problems={problems} />
    </section>
  );
}

/** List of requests without a worker, which take effect later or never. */
function Asked({ status: { asked = [] } }: Pick<SteerProps, "status">): JSX.Element | null {
  if (asked.length === 0) return null;
  return (
    <p class="notice">
      Asked to {asked.join(", then to ")}. No worker has taken the request yet; the server keeps it.
      Start a worker with <code>ostinato up</code>.
    </p>
  );
}

interface ButtonsProps extends Pick<SteerProps, "status"> {
  readonly isSending: boolean;
  readonly opened: Opened;
  readonly onSend: (steering: Steering) => void;
  readonly onOpen: (opened: Opened) => void;
}

const buttons = [
  { action: "pause", title: "Pause" },
  { action: "resume", title: "Resume" },
  { action: "change", title: "Change …" },
  { action: "cancel", title: "Cancel …" },
  { action: "retry", title: "Retry failed records" },
] as const;

function Buttons(props: ButtonsProps): JSX.Element {
  const { status, isSending: disabled, opened, onSend, onOpen } = props;
  return (
    <div class="steer-buttons">
      {buttons
        .filter(({ action }) => status.actions.includes(action))
        .map(({ action, title }) =>
          action === "change" || action === "cancel" ? (
            <button
              key={action}
              type="button"
              class="button"
              disabled={disabled}
              aria-expanded={opened === action}
              onClick={() => onOpen(opened === action ? undefined : action)}
            >
              {title}
            </button>
          ) : (
            <button
              key={action}
              type="button"
              class="button"
              disabled={disabled}
              onClick={() => onSend({ action })}
            >
              {title}
            </button>
          ),
        )}
    </div>
  );
}

function Pace({ status }: Pick<SteerProps, "status">): JSX.Element | null {
  const { words, inFlight, requestsPerMinute, lastMinute, endsAtMs } = status;
  if (words === undefined) return null;
  const leftMs = endsAtMs === undefined ? undefined : Math.max(0, endsAtMs - Date.now());
  const facts = [
    ["State", words],
    ["In flight", formatCount(inFlight)],
    ["Last minute", lastMinute === undefined ? undefined : formatCount(lastMinute)],
    ["Calls a minute, at most", formatCount(requestsPerMinute)],
    ["Ends in about", leftMs === undefined ? undefined : formatMs(leftMs)],
  ] as const;
  return <FactStrip facts={facts} />;
}
