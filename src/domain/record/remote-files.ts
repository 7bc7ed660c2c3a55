/** A file that an account has uploaded to an API. */
export interface RemoteFile {
  /** `files/abc`. */
  readonly name: string;
  /** What the uploader called it. */
  readonly displayName?: string;
  readonly mimeType: string;
  readonly bytes: number;
  /** `ACTIVE`, `PROCESSING` or `FAILED`. */
  readonly state: string;
  /** Of its content, in hexadecimal. */
  readonly sha256?: string;
  /** ISO 8601. */
  readonly expiresAt?: string;
  /** Why it could not be processed. */
  readonly error?: string;
}

/** The files of one account. Each throws a `UserError` with the API's words where it refuses or can't be reached. */
export interface RemoteFiles {
  readonly list: () => Promise<readonly RemoteFile[]>;
  /** `undefined` where there is none of that name. */
  readonly find: (name: string) => Promise<RemoteFile | undefined>;
  readonly upload: (path: string, displayName: string) => Promise<RemoteFile>;
  /** False where there was none of that name. */
  readonly delete: (name: string) => Promise<boolean>;
}
