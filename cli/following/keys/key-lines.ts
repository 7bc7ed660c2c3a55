import type { ExperimentState } from "../../../src/client/status/status.js";

/** The last lines of a live view: the keys, or with help what each does. */
export function keyLines(state: ExperimentState, help: boolean): readonly string[] {
  const pause = state === "paused" ? "resume" : "pause";
  if (!help) return [`? help  p ${pause}  + - speed  e errors  q detach  r retry  w Web UI`];
  return [
    `p  ${pause}: ${state === "paused" ? "continue to send" : "send nothing more; calls in flight finish"}`,
    "+  a quarter faster",
    "-  a fifth slower",
    "e  failures by kind, with what to do",
    "r  send the failed records again when the run ends",
    "w  open the run in the Temporal Web UI",
    "q  detach: the run continues in the background",
    "?  close this help",
  ];
}
