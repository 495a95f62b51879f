// What the element asks of the browser outside its own tree: the clipboard, and files to save.

/** False where the browser or the page's policy does not allow it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

export function saveText(name: string, text: string): void {
  saveBlob(name, new Blob([text], { type: 'text/markdown;charset=utf-8' }));
}

export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  // No path, and nothing that a file system takes for one.
  link.download = name.replace(/[\\/:*?"<>|\p{Cc}]/gu, '_').slice(-120);
  link.click();
  // Browsers take the blob when the click is handled; some of them later than this task.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
