/** The type and the base64 of a `data:` URL. */
export function readDataUrl(
  url: string,
): { readonly mimeType: string; readonly data: string } | undefined {
  const [, mimeType, data] = /^data:([^;,]+);base64,(.*)$/s.exec(url) ?? [];
  return mimeType === undefined || data === undefined ? undefined : { mimeType, data };
}
