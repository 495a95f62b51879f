// Sets off one fault at one step, by standing between the engine and the browser: the engine itself knows nothing of this.
import type { FaultPlace, FaultRun } from './driver.ts';

export interface Trap {
  /** Cancels the operation when that is the fault. */
  readonly signal: AbortSignal;
  readonly fired: boolean;
  /** To be told of every progress report. */
  pass(place: FaultPlace): void;
  /** What was not reached by now is not set off any more. */
  end(): void;
}

let devices: GPUDevice[] = [];
let armed: ((place: FaultPlace) => (() => void) | undefined) | undefined;

/** Watches device requests and record puts from here on. */
export function installTraps(): void {
  const request: GPUAdapter['requestDevice'] = Reflect.get(GPUAdapter.prototype, 'requestDevice');
  GPUAdapter.prototype.requestDevice = async function (this: GPUAdapter, descriptor) {
    const device = await request.call(this, descriptor);
    devices = [device];
    return device;
  };
  const put: IDBObjectStore['put'] = Reflect.get(IDBObjectStore.prototype, 'put');
  IDBObjectStore.prototype.put = function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
    const place = typeof key === 'string' ? key.slice(0, key.indexOf('/')) : '';
    const after = armed?.(place as FaultPlace);
    const result = put.call(this, value, key);
    if (after) this.transaction.abort();
    return result;
  };
}

/** Waits for the step of `run`; there is one trap at a time. */
export function armTrap({ place, nth, fault }: FaultRun): Trap {
  const controller = new AbortController();
  let left = nth;
  let fired = false;
  const fire = (): (() => void) | undefined => {
    fired = true;
    armed = undefined;
    switch (fault) {
      case 'kill':
      case 'close':
        window.longreadEnd(fault);
        return undefined;
      case 'destroy':
        devices.forEach((device) => device.destroy());
        return undefined;
      case 'cancel':
        controller.abort();
        return undefined;
      case 'steal':
        void stealWriteLock();
        return undefined;
      case 'error':
        throw new DOMException('injected', 'UnknownError');
      case 'quota':
        throw new DOMException('injected', 'QuotaExceededError');
      case 'abort':
        return () => undefined;
    }
  };
  const pass = (at: FaultPlace): (() => void) | undefined =>
    !fired && at === place && --left === 0 ? fire() : undefined;
  armed = pass;
  return {
    signal: controller.signal,
    get fired() {
      return fired;
    },
    pass,
    end: () => {
      if (armed === pass) armed = undefined;
    },
  };
}

/** As another tab would that believes the writer dead. */
async function stealWriteLock(): Promise<void> {
  const { held = [] } = await navigator.locks.query();
  const name = held.find((lock) => lock.name?.includes('write/'))?.name;
  if (name !== undefined) await navigator.locks.request(name, { steal: true }, () => undefined);
}
