/** Offers content as a download, or in Electron as a file to save. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The click only starts the download; the content must stay until it is read.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Bytes that the API sends as base64. */
export function blobOf(base64: string, mediaType: string): Blob {
  return new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], { type: mediaType });
}
