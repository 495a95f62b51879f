// Why something failed, in the words of all that failed under it: `fetch failed` alone helps nobody.

/** The messages of an error's causes, outermost first, each said once. */
export function causesOf(error: unknown): readonly string[] {
  const messages: string[] = [];
  const seen = new Set<unknown>([error]);
  for (let cause = under(error); cause !== undefined && !seen.has(cause); cause = under(cause)) {
    seen.add(cause);
    const message = messageOf(cause);
    if (message !== '' && !messages.some((said) => said.includes(message))) messages.push(message);
  }
  return messages;
}

/** An error's own message and its causes in one line. */
export function reasonOf(error: unknown): string {
  const own = messageOf(error);
  return [own, ...causesOf(error).filter((message) => !own.includes(message))].join(': ');
}

/** Of several that failed at once (a host's addresses, say) the first stands for all. */
function under(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors[0];
  return error instanceof Error ? error.cause : undefined;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  return 'code' in error ? String(error.code) : '';
}
