import type { JSX } from "preact";
import type { ReportCall } from "../../domain/report/report-row.js";
import { formatMs, formatTime } from "../parts/format.js";

const names: Readonly<Record<ReportCall["end"], string>> = {
  answered: "answered",
  failed: "failed",
  held: "held back",
  reused: "reused",
};

/** The calls of a record with their times, as bars on one scale and in words. */
export function Calls({ calls }: { readonly calls: readonly ReportCall[] }): JSX.Element {
  const sent = calls.filter(({ sentAt }) => sentAt > 0);
  const start = Math.min(...sent.map(({ sentAt }) => sentAt));
  const end = Math.max(...sent.map(({ finishedAt }) => finishedAt), start + 1);
  const hasSteps = calls.some(({ step, turn }) => step !== undefined || turn !== undefined);
  return (
    <section>
      <h3>Calls</h3>
      <table class="plain">
        <thead>
          <tr>
            {hasSteps ? <th scope="col">Step</th> : null}
            <th scope="col">Sent</th>
            <th scope="col">Took</th>
            <th scope="col">End</th>
          </tr>
        </thead>
        <tbody>
          {calls.map((call, place) => (
            <tr key={place}>
              {hasSteps ? <td>{call.step ?? `turn ${(call.turn ?? 0) + 1}`}</td> : null}
              <td>{call.sentAt > 0 ? sentText(call.sentAt, start) : "not sent"}</td>
              <td class="call-time">
                {call.sentAt > 0 ? formatMs(call.finishedAt - call.sentAt) : ""}
                <span class="call-track" aria-hidden="true">
                  <i class={`end-${call.end}`} style={barStyle(call, start, end)} />
                </span>
              </td>
              <td>
                <span class={`end-${call.end}`}>{names[call.end]}</span>
                {call.status === undefined ? "" : ` ${call.status}`}
                {call.error ? (
                  <p class="muted">{`${call.error.type}: ${call.error.message}`}</p>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/**
 * Formats the time of a send: the time of day for the first call, the distance from it for later
 * calls.
 */
function sentText(sentAt: number, start: number): string {
  return sentAt === start ? formatTime(sentAt) : `+ ${formatMs(sentAt - start)}`;
}

function barStyle(
  { sentAt, finishedAt }: ReportCall,
  start: number,
  end: number,
): { readonly left: string; readonly width: string } {
  const share = (ms: number): number => (100 * ms) / (end - start);
  if (sentAt === 0) return { left: "0", width: "0" };
  return {
    left: `${share(sentAt - start)}%`,
    width: `${Math.max(1, share(finishedAt - sentAt))}%`,
  };
}
