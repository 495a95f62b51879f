// The name of a model as text that means the same in a worker. Apart from what reads files, as is-files.ts.
import type { HubModelSource } from '../api.ts';
import { absoluteUrl } from '../platform.ts';

/** A URL, or a repository as `hf:owner/repo/file@revision`, which loading reads. @throws InvalidInputError for what is no address */
export function addressOf(model: string | URL | HubModelSource): string {
  if (typeof model === 'string') return /^hf:/i.test(model) ? model : absoluteUrl(model);
  if (model instanceof URL) return absoluteUrl(model);
  const { repo, file, tag, revision } = model;
  const chosen = (file === undefined ? '' : `/${file}`) + (tag === undefined ? '' : `:${tag}`);
  return `hf:${repo}${chosen}${revision === undefined ? '' : `@${revision}`}`;
}
