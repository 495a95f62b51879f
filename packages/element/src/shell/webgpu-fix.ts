// What to do where a browser has no WebGPU, by which browser it is. Pure: it is given what the browser says of itself.

import { failures } from '../copy/failures.ts';
import type { Words } from '../words.ts';

/** What tells why there is no WebGPU. */
export interface BrowserFacts {
  /** `navigator.userAgent`. */
  readonly userAgent: string;
  /** Browsers give WebGPU to pages of `https:` and of this machine only. */
  readonly isSecure: boolean;
  /** There is WebGPU, but it found no adapter. */
  readonly hasWebGpu: boolean;
}

/** One or two sentences for the reader of this page, in this browser. */
export function webGpuFix({ userAgent, isSecure, hasWebGpu }: BrowserFacts, words: Words): string {
  const say = (key: keyof typeof failures, browser = ''): string => words.sayOf(failures, key, { browser });
  if (!isSecure) return say('fixInsecure');
  const isLinux = /Linux|X11/.test(userAgent) && !userAgent.includes('Android');
  if (/iPhone|iPad/.test(userAgent)) return say('fixIos');
  if (userAgent.includes('Firefox/')) return say(isLinux ? 'fixFirefoxLinux' : 'fixFirefox');
  const chromium = userAgent.includes('Edg/') ? 'edge' : userAgent.includes('Chrome/') ? 'chrome' : undefined;
  if (chromium === undefined) return say(userAgent.includes('Safari/') ? 'fixSafari' : 'fixOther');
  if (userAgent.includes('Android')) return say('fixAndroid');
  const switchOn = say(hasWebGpu ? 'fixSwitch' : 'fixUpdate', chromium);
  return isLinux ? `${switchOn} ${say('fixFlags', chromium)}` : switchOn;
}
