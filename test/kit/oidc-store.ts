import type { Adapter, AdapterPayload } from 'oidc-provider';

export interface OidcStore {
  /** What the library asks for, by the name of a model. */
  adapterOf(model: string): Adapter;
  /** What is kept under an id, such as an access token under its value. */
  find(model: string, id: string): AdapterPayload | undefined;
  /** Forgets everything of a model. */
  forget(model: string): void;
}

/** Memory of one `oidc-provider`: it forgets nothing by itself, the library looks at the times. Clients are worked out anew each time. */
export function openOidcStore(clientOf: (id: string) => AdapterPayload | undefined): OidcStore {
  const kept = new Map<string, AdapterPayload>();
  const find: OidcStore['find'] = (model, id) => (model === 'Client' ? clientOf(id) : kept.get(`${model}:${id}`));
  const search = (model: string, matches: (payload: AdapterPayload) => boolean) =>
    [...kept].find(([key, payload]) => key.startsWith(`${model}:`) && matches(payload))?.[1];
  return {
    find,
    forget(model) {
      for (const key of kept.keys()) if (key.startsWith(`${model}:`)) kept.delete(key);
    },
    adapterOf: model => ({
      async upsert(id, payload) {
        kept.set(`${model}:${id}`, payload);
      },
      find: async id => find(model, id),
      findByUid: async uid => search(model, payload => payload.uid === uid),
      findByUserCode: async code => search(model, payload => payload.userCode === code),
      async consume(id) {
        const payload = find(model, id);
        if (payload) payload.consumed = Math.floor(Date.now() / 1000);
      },
      async destroy(id) {
        kept.delete(`${model}:${id}`);
      },
      async revokeByGrantId(grantId) {
        for (const [key, payload] of kept) if (payload.grantId === grantId) kept.delete(key);
      },
    }),
  };
}
