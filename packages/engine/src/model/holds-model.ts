// Whether a model loads from what is stored alone. The same choice as a load makes, without opening anything.
import { defaultHub, findStored, isHubId, parseHubId, partAddresses } from '@longread/formats';
import type { StoredModel } from '@longread/weights-cache';

/**
 * @param address as `addressOf` gives it. A model in safetensors counts by its weights or their index, which are fetched last.
 * @throws InvalidInputError for a name of a repository that is none
 */
export function holdsModel(
  stored: readonly Pick<StoredModel, 'url' | 'sizeBytes' | 'complete'>[],
  address: string,
  hub = defaultHub,
): boolean {
  const whole = stored.filter(({ complete }) => complete);
  if (isHubId(address)) return findStored(parseHubId(address), hub, whole) !== undefined;
  const urls = partAddresses(address.split('#', 1)[0] ?? address);
  return urls.every((url) => whole.some((file) => file.url === url));
}
