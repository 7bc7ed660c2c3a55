import * as z from "zod";
import { everyRecord } from "../../domain/report/record-query.js";
import type { RecordQuery } from "../../domain/report/record-query.js";
import type { PageRange } from "../../domain/report/record-source.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { Experiments } from "./experiments.js";
import type { RunName } from "../run/run-views.js";

/** A request to the API of the page. */
export interface ApiRequest {
  readonly method: string;
  /** Path below `/api/`. */
  readonly path: string;
  readonly parameters: URLSearchParams;
  readonly body: () => Promise<unknown>;
}

const mostRows = 1_000;
const texts = z.array(z.string()).max(1_000);
const querySchema = z
  .object({
    search: z.string().max(1_000),
    statuses: z.array(z.enum(["completed", "failed", "dropped"])),
    models: texts,
    groups: texts,
    errors: texts,
    sort: z.object({ column: z.string(), descending: z.boolean() }),
  })
  .partial();

const steeringSchema = z.strictObject({
  action: z.enum(["pause", "resume", "change", "cancel", "retry"]),
  requestsPerMinute: z.number().optional(),
  inFlight: z.number().nullable().optional(),
  maxCost: z.number().optional(),
});

/** Answers a request. Returns `undefined` for an unknown path. */
export async function answerApi(
  experiments: Experiments,
  request: ApiRequest,
): Promise<object | undefined> {
  const { method, path, parameters } = request;
  if (method === "POST") {
    if (path !== "steer") return undefined;
    const steering = parsed(steeringSchema, await request.body());
    return { message: await experiments.steer(runOf(parameters), steering) };
  }
  switch (path) {
    case "runs":
      return await experiments.list();
    case "live":
      return await experiments.live(runOf(parameters));
    case "report":
      return await (await experiments.view(runOf(parameters))).report();
    case "page": {
      const view = await experiments.view(runOf(parameters));
      return await view.page(queryOf(parameters), rangeOf(parameters));
    }
    case "prompts": {
      const view = await experiments.view(runOf(parameters));
      return await view.prompts(queryOf(parameters), rangeOf(parameters));
    }
    case "record":
      return await (
        await experiments.view(runOf(parameters))
      ).record(countOf(parameters, "index", 0));
    default:
      return undefined;
  }
}

function runOf(parameters: URLSearchParams): RunName {
  const name = parameters.get("name");
  const stamp = parameters.get("stamp");
  if (name === null) throw new UserError("Expected the parameter `name`, the name of a run.");
  return { name, ...(stamp !== null && { stamp }) };
}

function queryOf(parameters: URLSearchParams): RecordQuery {
  const given = parameters.get("query");
  if (given === null) return everyRecord;
  let value: unknown;
  try {
    value = JSON.parse(given);
  } catch {
    throw new UserError("Expected the parameter `query` to be JSON.");
  }
  const known = parsed(querySchema, value);
  // zod leaves out members that are absent.
  return { ...everyRecord, ...(known as Partial<RecordQuery>) };
}

function rangeOf(parameters: URLSearchParams): PageRange {
  return {
    offset: countOf(parameters, "offset", 0),
    limit: Math.min(mostRows, countOf(parameters, "limit", 100)),
  };
}

function countOf(parameters: URLSearchParams, name: string, usual: number): number {
  const given = parameters.get(name) ?? String(usual);
  if (/^\d{1,15}$/.test(given)) return Number(given);
  throw new UserError(`Expected the parameter \`${name}\` to be a whole number.`);
}

function parsed<Value>(schema: z.ZodType<Value>, value: unknown): Value {
  const { data, error } = schema.safeParse(value);
  if (error) throw new UserError(z.prettifyError(error));
  return data;
}
