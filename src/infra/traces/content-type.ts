import type { TracesPlace } from '../traces.js';

export const contentType: Readonly<Record<TracesPlace['format'], string>> = {
  'http/json': 'application/json',
  'http/protobuf': 'application/x-protobuf',
};
