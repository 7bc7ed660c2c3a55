/**
 * Temporal's client, loaded with `require`. Its packages are CommonJS. When an ES module imports
 * them, Node.js reads all their files a second time to find their exports. With `require`, a
 * command starts 0.2 s sooner.
 */
import { createRequire } from "node:module";
import type * as grpc from "@grpc/grpc-js";
import type * as client from "@temporalio/client";
import type * as common from "@temporalio/common";
import type * as envconfig from "@temporalio/envconfig";

const load = createRequire(import.meta.url);

// `require` returns `any`. Its values have the types of the packages.
export const {
  Client,
  Connection,
  defaultGrpcRetryOptions,
  isGrpcDeadlineError,
  isGrpcServiceError,
  makeGrpcRetryInterceptor,
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
} = load("@temporalio/client") as typeof client;
export const { ApplicationFailure, defineSearchAttributeKey, SearchAttributeType } = load(
  "@temporalio/common",
) as typeof common;
export const { InterceptingCall } = load("@grpc/grpc-js") as typeof grpc;
export const { loadClientConnectConfig } = load("@temporalio/envconfig") as typeof envconfig;

export type Client = client.Client;
export type Connection = client.Connection;
export type WorkflowFailedError = client.WorkflowFailedError;
