import { defined } from "../../defined.js";
import { isJsonArray, isJsonObject } from "../../json/json.js";
import type { JsonObject, JsonValue } from "../../json/json.js";
import type { LineError } from "../line.js";

/** Root codes of promptflow's errors. */
const userCode = "UserError";
const systemCode = "SystemError";

/**
 * An error as promptflow writes it. `code` tells user errors from system errors, and
 * `innerError.code` has the error's type.
 */
export function errorToJson({ type, message, node, isUserError, trace }: LineError): JsonObject {
  return {
    message,
    code: isUserError ? userCode : systemCode,
    innerError: { code: type, innerError: null },
    ...defined({ node_name: node }),
    ...(trace !== undefined && { debugInfo: { type, message, stackTrace: trace } }),
  };
}

/**
 * Reads an error of Ostinato or promptflow. The type is the innermost code. If the user's code
 * failed in promptflow, the type is the name of the exception.
 */
export function errorFromJson(json: JsonValue | undefined): LineError {
  const error = objectOf(json);
  const ofTool = toolDetails(error);
  const debug = objectOf(error["debugInfo"]);
  const parameters = objectOf(error["messageParameters"]);
  return {
    type: textOf(ofTool["type"]) ?? innermostCode(error) ?? "UnknownError",
    message: textOf(error["message"]) ?? "",
    isUserError: error["code"] === userCode,
    ...defined({
      node: textOf(error["node_name"]) ?? textOf(parameters["node_name"]),
      trace: textOf(ofTool["traceback"]) ?? textOf(debug["stackTrace"]),
    }),
  };
}

function innermostCode(error: JsonObject): string | undefined {
  const inner = error["innerError"];
  const code = isJsonObject(inner) ? innermostCode(inner) : undefined;
  return code ?? textOf(error["code"]);
}

/** Returns the exception of a node's code. */
function toolDetails(error: JsonObject): JsonObject {
  const infos = error["additionalInfo"];
  const details = (isJsonArray(infos) ? infos : []).map(objectOf);
  return objectOf(details.find(({ type }) => type === "ToolExecutionErrorDetails")?.["info"]);
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
