/** A file that an account has uploaded to an API. */
export interface RemoteFile {
  /** Name from the API, e.g. `files/abc`. */
  readonly name: string;
  /** Name that the uploader chose. */
  readonly displayName?: string;
  readonly mimeType: string;
  readonly bytes: number;
  /** State: `ACTIVE`, `PROCESSING` or `FAILED`. */
  readonly state: string;
  /** SHA-256 of the content, in hexadecimal digits. */
  readonly sha256?: string;
  /** Expiration time in ISO 8601. */
  readonly expiresAt?: string;
  /** Reason why the file could not be processed. */
  readonly error?: string;
}

/**
 * The files of one account. Each function throws a `UserError` with the API's message if the API
 * refuses or cannot be reached.
 */
export interface RemoteFiles {
  readonly list: () => Promise<readonly RemoteFile[]>;
  /** Finds a file. Returns `undefined` if no file has this name. */
  readonly find: (name: string) => Promise<RemoteFile | undefined>;
  readonly upload: (path: string, displayName: string) => Promise<RemoteFile>;
  /** Deletes a file. Returns false if no file has this name. */
  readonly delete: (name: string) => Promise<boolean>;
}
