import { UserError } from "../../domain/failure/user-error.js";

/** Files of a dataset of the Hugging Face Hub. */
export interface HubAddress {
  /** Name of the repository, as `owner/name`. */
  readonly repo: string;
  /** A branch, a tag or a commit. @default the main branch */
  readonly revision?: string;
  /** A file or a folder. @default the whole repository */
  readonly path?: string;
}

const scheme = "hf://";
const form = /^hf:\/\/datasets\/([\w.-]+\/[\w.-]+)(?:@([^/]+))?(?:\/(.*))?$/;

export function isHubAddress(text: string): boolean {
  return text.startsWith(scheme);
}

/** Parses `hf://datasets/OWNER/NAME@REVISION/PATH`. Throws a `UserError` for any other text. */
export function parseHubAddress(text: string): HubAddress {
  const [, repo, revision, path = ""] = form.exec(text) ?? [];
  if (repo === undefined) {
    throw new UserError(
      `Expected an address such as hf://datasets/OWNER/NAME or hf://datasets/OWNER/NAME@REVISION/FOLDER, got ${JSON.stringify(text)}.`,
    );
  }
  const folder = path.replace(/\/+$/, "");
  return {
    repo,
    ...(revision !== undefined && { revision: decodeURIComponent(revision) }),
    ...(folder !== "" && { path: folder }),
  };
}

export function hubAddressText({ repo, revision, path }: HubAddress): string {
  const at = revision === undefined ? "" : `@${encodeURIComponent(revision)}`;
  return `${scheme}datasets/${repo}${at}${path === undefined ? "" : `/${path}`}`;
}
