import { z } from 'zod';
import { checkInput, record } from '../../customers/index.js';
import { inTransaction, type Scope } from '../../scope.js';
import { descriptionShape, requireReachable, typesShape, urlShape } from './check-endpoint.js';
import { type Endpoint, EndpointState } from './endpoint.entity.js';
import type { UpdateEndpointInput } from './endpoint.type.js';
import { lockEndpoint, readEndpoint } from './read-endpoint.js';
import { signingSecretsOf } from './signing-secrets.js';

const shape = z.object({
  id: z.string(),
  url: urlShape.nullish(),
  types: typesShape.nullish(),
  description: descriptionShape.nullish(),
  enabled: z.boolean().nullish(),
});

/** Messages that wait go by what was changed. @throws CallerError NOT_FOUND, INVALID_INPUT, EGRESS_REFUSED */
export async function updateEndpoint(scope: Scope, input: UpdateEndpointInput): Promise<Endpoint> {
  const { id, ...wanted } = checkInput(shape, input);
  if (wanted.url != null) {
    const before = await readEndpoint(scope, id);
    await requireReachable(scope, id, { url: wanted.url, secrets: await signingSecretsOf(scope, before) });
  }
  return inTransaction(scope, async inside => {
    const endpoint = await lockEndpoint(inside, id);
    const { url, types, description, enabled } = wanted;
    // Whatever has failed, it may be mended now.
    if (url != null) Object.assign(endpoint, { url, resumeAt: null });
    if (types !== undefined) endpoint.types = types;
    if (description !== undefined) endpoint.description = description;
    if (enabled != null) Object.assign(endpoint, enabled ? active : disabled);
    endpoint.updatedAt = inside.clock.now();
    await inside.em.flush();
    if (enabled === true) await inside.em.execute('update endpoints set failures = 0 where id = ?', [id]);
    const { customerId, state } = endpoint;
    const details = { host: new URL(endpoint.url).host, types: endpoint.types, state };
    await record(inside, { act: 'endpoint.changed', target: `endpoint ${id}`, customerId, details });
    return endpoint;
  });
}

const active = { state: EndpointState.ACTIVE, disabledBecause: null, failingSince: null, resumeAt: null };
const disabled = { state: EndpointState.DISABLED, disabledBecause: 'Somebody disabled it.', failingSince: null };
