/** Asks for the next item before the one at hand is used: what gives them and what uses them work at the same time. */
export async function* readAhead<T>(items: AsyncIterable<T>): AsyncGenerator<T, void> {
  const iterator = items[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (let item = await next; item.done !== true; item = await next) {
      next = iterator.next();
      next.catch(() => undefined); // seen when its turn comes, unless the reader stops before
      yield item.value;
    }
  } finally {
    await iterator.return?.();
  }
}
