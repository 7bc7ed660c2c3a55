/** A file that an account has uploaded to an API. */
export interface RemoteFile {
  /** `files/abc`. */
  readonly name: string;
  /** Name from the uploader. */
  readonly displayName?: string;
  readonly mimeType: string;
  readonly bytes: number;
  /** `ACTIVE`, `PROCESSING` or `FAILED`. */
  readonly state: string;
  /** SHA-256 of its content, in hexadecimal. */
  readonly sha256?: string;
  /** ISO 8601. */
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
  /** Returns `undefined` if no file has this name. */
  readonly find: (name: string) => Promise<RemoteFile | undefined>;
  readonly upload: (path: string, displayName: string) => Promise<RemoteFile>;
  /** Returns false if no file has this name. */
  readonly delete: (name: string) => Promise<boolean>;
}
