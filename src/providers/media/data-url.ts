/** Splits a `data:` URL into its media type and its base64 data. */
export function readDataUrl(
  url: string,
): { readonly mimeType: string; readonly data: string } | undefined {
  const [, mimeType, data] = /^data:([^;,]+);base64,(.*)$/s.exec(url) ?? [];
  return mimeType === undefined || data === undefined ? undefined : { mimeType, data };
}
