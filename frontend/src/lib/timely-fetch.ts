/**
 * A `fetch` that fails like any lost connection when no answer begins in time: a dead network
 * otherwise leaves a request waiting for minutes. The answer's body may take as long as it likes.
 */
export function createTimelyFetch(
  milliseconds: number,
  send: typeof fetch = (input, init) => fetch(input, init),
): typeof fetch {
  return async (input, init) => {
    const deadline = new AbortController();
    const timer = setTimeout(
      () => deadline.abort(new TypeError("No answer in time.")),
      milliseconds,
    );
    const signal = init?.signal ? AbortSignal.any([init.signal, deadline.signal]) : deadline.signal;
    try {
      return await send(input, { ...init, signal });
    } finally {
      clearTimeout(timer);
    }
  };
}
