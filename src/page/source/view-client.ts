import { defined } from "../../domain/defined.js";
import type { LiveRun, RunList, Steering } from "../../domain/report/live-run.js";
import type { PromptPage, RecordPage, RecordSource } from "../../domain/report/record-source.js";
import type { ReportRecord } from "../../domain/report/report-row.js";
import type { RunReport } from "../../domain/report/run-report.js";

/** A run, by the address of its page: `/runs/<name>` or `/runs/<name>/<stamp>`. */
export interface RunAddress {
  readonly name: string;
  readonly stamp?: string | undefined;
}

/** Client of the page's server. */
export interface ViewClient {
  readonly runs: () => Promise<RunList>;
  readonly live: (run: RunAddress) => Promise<LiveRun>;
  /** Steers a run. Returns a sentence for the user. */
  readonly steer: (run: RunAddress, steering: Steering) => Promise<string>;
  readonly source: (run: RunAddress) => RecordSource;
}

/** Columns that the server cannot sort by, because their texts are only on its disk. */
const unsortable: ReadonlySet<string> = new Set(["prompt", "answer"]);

export function createViewClient(token: string): ViewClient {
  const headers = { authorization: `Bearer ${token}` };
  // The server of this page answers with these types.
  const get = async <Value>(path: string, parameters: URLSearchParams): Promise<Value> =>
    (await answerTo(`/api/${path}?${parameters.toString()}`, { headers })) as Value;
  return {
    runs: async () => get<RunList>("runs", new URLSearchParams()),
    live: async (run) => get<LiveRun>("live", parametersOf(run)),
    async steer(run, steering) {
      const body = JSON.stringify(steering);
      const request = {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body,
      };
      const path = `/api/steer?${parametersOf(run).toString()}`;
      // The server answers a steering request with a message, and a failure with an error.
      return ((await answerTo(path, request)) as { message: string }).message;
    },
    source: (run) => ({
      report: async () => get<RunReport>("report", parametersOf(run)),
      page: async (query, { offset, limit }) =>
        get<RecordPage>("page", parametersOf(run, { query: JSON.stringify(query), offset, limit })),
      prompts: async (query, { offset, limit }) =>
        get<PromptPage>(
          "prompts",
          parametersOf(run, { query: JSON.stringify(query), offset, limit }),
        ),
      record: async (index) => get<ReportRecord>("record", parametersOf(run, { index })),
      canSort: (column) => !unsortable.has(column),
    }),
  };
}

function parametersOf(
  { name, stamp }: RunAddress,
  others: Readonly<Record<string, string | number>> = {},
): URLSearchParams {
  const parameters = new URLSearchParams({ name, ...defined({ stamp }) });
  for (const [key, value] of Object.entries(others)) parameters.set(key, String(value));
  return parameters;
}

async function answerTo(path: string, request: RequestInit): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(path, request);
  } catch {
    throw new Error("The server of this page does not answer. Start it: ostinato view");
  }
  const answer: unknown = await response.json();
  if (response.ok) return answer;
  // Every answer of this server with a status other than 2xx has this form.
  const { error } = answer as { readonly error?: string };
  throw new Error(error ?? `The server answered with status ${response.status}.`);
}
