import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { classifyFailure } from "../../../src/domain/failure/failure-class.js";
import { createVertexAiProvider } from "../../../src/providers/vertexai/create-provider.js";
import type { Environment } from "../../../src/domain/environment.js";
import type { ProviderCall } from "../../../src/providers/provider.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { startVendorServer } from "../../helpers/vendor-server.js";
import type { PlannedReply, VendorServer } from "../../helpers/vendor-server.js";
import { failureOf } from "../contract/one-call.js";
import { answer, errorBody, model, prompt, reply } from "../contract/google.js";

const token = "ya29.canary-0123456789";

let server: VendorServer;
let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
  // Google's libraries look for credentials in the home folder, and on the network for those of a
  // machine.
  vi.stubEnv("HOME", folder);
  vi.stubEnv("CLOUDSDK_CONFIG", folder);
  vi.stubEnv("METADATA_SERVER_DETECTION", "none");
  vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", "");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

/** Answers `/token` as a token service, all else as Vertex AI. */
async function start(
  tokenReply: PlannedReply = { body: { access_token: token, expires_in: 3_600 } },
  answerReply: PlannedReply = { body: reply },
): Promise<void> {
  server = await startVendorServer(({ path }) => (path === "/token" ? tokenReply : answerReply));
}

/** A file of credentials whose token service is our server. */
function writeCredentials(): string {
  const subject = join(folder, "subject-token");
  writeFileSync(subject, "the machine's own token");
  const file = join(folder, "credentials.json");
  const credentials = {
    type: "external_account",
    audience:
      "//iam.googleapis.com/projects/7/locations/global/workloadIdentityPools/p/providers/q",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    token_url: `${server.origin}/token`,
    credential_source: { file: subject },
  };
  writeFileSync(file, JSON.stringify(credentials));
  return file;
}

function callOf(environment: Environment): ProviderCall {
  return {
    record: { api: "vertexai", model_name: model, prompt },
    environment: { VERTEXAI_BASE_URL: server.origin, ...environment },
    turn: 0,
    answers: [],
    mediaFolder: "/nonexistent",
    attempt: 1,
    signal: new AbortController().signal,
  };
}

describe("vertexai's credentials", () => {
  it("are those of the file that the environment file names, and their token is got once", async () => {
    await start();
    const environment = {
      GOOGLE_APPLICATION_CREDENTIALS: writeCredentials(),
      VERTEXAI_PROJECT_ID: "choir-7",
    };
    const provider = createVertexAiProvider();
    expect(provider.missingVariables(callOf({}).record, environment)).toEqual([]);
    expect(await provider.send(callOf(environment))).toEqual(answer);
    await provider.send(callOf(environment));
    const path = `/v1beta1/projects/choir-7/locations/us-central1/publishers/google/models/${model}:generateContent`;
    expect(server.requests.map((request) => request.path)).toEqual(["/token", path, path]);
    expect(server.requests[1]?.headers.authorization).toBe(`Bearer ${token}`);
  });

  it("are in no failure, nor is their token", async () => {
    await start(undefined, { status: 500, body: errorBody(`It went wrong for ${token}`) });
    const error = await failureOf(
      createVertexAiProvider(),
      callOf({
        GOOGLE_APPLICATION_CREDENTIALS: writeCredentials(),
        VERTEXAI_PROJECT_ID: "choir-7",
      }),
    );
    expect(error.message).toBe("It went wrong for [redacted]");
  });

  it.each([
    [{ status: 400, body: { error: "invalid_grant", error_description: "Expired" } }, "blocked"],
    [{ status: 401, body: { error: "invalid_client" } }, "blocked"],
    [{ status: 400, body: "<html>" }, "blocked"],
    [{ status: 503, body: "<html>" }, "away"],
  ] as const)(
    "are judged by the answer %j of the token service as %s",
    async (tokenReply, expected) => {
      await start(tokenReply);
      const error = await failureOf(
        createVertexAiProvider(),
        callOf({
          GOOGLE_APPLICATION_CREDENTIALS: writeCredentials(),
          VERTEXAI_PROJECT_ID: "choir-7",
        }),
      );
      expect(classifyFailure(error.facts, 0).class).toBe(expected);
      const isHelpful = error.message.includes("gcloud auth application-default login");
      expect(isHelpful).toBe(expected === "blocked");
      expect(server.requests.every(({ path }) => path === "/token")).toBe(true);
    },
  );

  it("block the model where there are none, or the file is not there", async () => {
    await start();
    const none = await failureOf(createVertexAiProvider(), callOf({}));
    expect(none.facts.kind).toBe("missing-key");
    expect(none.message).toContain("VERTEXAI_API_KEY");
    const file = join(folder, "none.json");
    const missing = await failureOf(
      createVertexAiProvider(),
      callOf({ GOOGLE_APPLICATION_CREDENTIALS: file }),
    );
    expect(missing.facts.kind).toBe("missing-key");
    expect(missing.message).toContain(file);
    expect(server.requests).toEqual([]);
  });

  it("are looked for again after a repair", async () => {
    await start();
    const provider = createVertexAiProvider();
    const file = join(folder, "credentials.json");
    const environment = {
      GOOGLE_APPLICATION_CREDENTIALS: file,
      VERTEXAI_PROJECT_ID: "choir-7",
    };
    expect((await failureOf(provider, callOf(environment))).facts.kind).toBe("missing-key");
    writeCredentials();
    expect(await provider.send(callOf(environment))).toEqual(answer);
  });
});

describe("vertexai's address", () => {
  it("has no project with a key alone", async () => {
    await start();
    await createVertexAiProvider().send(callOf({ VERTEXAI_API_KEY: "AQ.0123456789" }));
    expect(server.requests[0]?.path).toBe(
      `/v1beta1/publishers/google/models/${model}:generateContent`,
    );
    expect(server.requests[0]?.headers["x-goog-api-key"]).toBe("AQ.0123456789");
  });

  it("has Google Cloud's own variables for a default", async () => {
    await start();
    const environment = {
      VERTEXAI_API_KEY: "AQ.0123456789",
      GOOGLE_CLOUD_PROJECT: "choir-8",
      GOOGLE_CLOUD_LOCATION: "global",
    };
    await createVertexAiProvider().send(callOf(environment));
    expect(server.requests[0]?.path).toMatch(/^\/v1beta1\/projects\/choir-8\/locations\/global\//);
  });
});
