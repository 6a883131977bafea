import type { Fetcher } from './ask.js';

/**
 * A fetcher that knows the memory of the replies it has brought, which the documents read from them share.
 *
 * `letGo` gives that memory back at once, where megabytes would stay until they are collected. To be called when nobody
 * reads the documents any more, on whatever thread: they are empty afterwards.
 */
export function withReplyMemory(fetcher: Fetcher): { readonly fetcher: Fetcher; letGo(): void } {
  const replies: Buffer[] = [];
  return {
    fetcher: {
      fetch: (request, purpose, read) =>
        fetcher.fetch(request, purpose, bytes => {
          replies.push(bytes);
          return read(bytes);
        }),
    },
    letGo() {
      for (const { buffer, byteLength } of replies.splice(0)) {
        // A short reply may lie in memory that others share.
        if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
      }
    },
  };
}
