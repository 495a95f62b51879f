// Writes to standard output: what a command was asked for, as opposed to what it says meanwhile.

/** Resolves when the text, or the bytes, were taken. Whoever read may have gone (`ask | head`): that ends the command without a word. */
export function print(output: string | Uint8Array): Promise<void> {
  const { stdout } = process;
  if (!stdout.listeners('error').includes(endQuietly)) stdout.on('error', endQuietly);
  return new Promise((resolve, reject) => {
    stdout.write(output, (error) => (error ? reject(error) : resolve()));
  });
}

function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
}
