// The shared engine over what the browser has for it: Web Locks and a BroadcastChannel.
import { webLocks } from '@longread/store/drivers';
import type { CallChannel, EngineHost, HostEvent } from '../host/engine-host.ts';
import { createSharedHost, type SharedHostOptions } from './shared-host.ts';

/** @throws what `create` throws, where this tab is the one that loads */
export function joinShared(
  name: string,
  create: SharedHostOptions['create'],
  channel: CallChannel,
  onEvent: (event: HostEvent) => void,
): Promise<EngineHost> {
  const scope = `longread shared ${name}`;
  const options = { bus: new BroadcastChannel(scope), locks: webLocks(`${scope} `), create };
  return createSharedHost(options, channel, onEvent);
}
