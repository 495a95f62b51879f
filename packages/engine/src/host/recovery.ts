// Keeps a session at hand: when the device is lost, a new one is made and the interrupted work runs once more. Work must be safe to
// run twice: reading goes on at the last stored chunk, opening and asking start again.
import { DeviceLostError } from '@longread/core';
import type { CallOptions } from '../api.ts';
import { disposedError } from './ending.ts';
import { lossBehind, type Session } from './session.ts';

/** Losses within the period after which no device is asked for until it has passed. */
const maxLosses = 3;
const periodMs = 60_000;

export interface Recovery {
  /** The session in use; undefined while a lost device has not been replaced. */
  readonly session: Session | undefined;
  /** The session in use, or the one that was. */
  readonly latest: Session;
  /**
   * @param call reports and cancels the loading of a new session too.
   * @throws DeviceLostError after repeated loss; ClosedError after `dispose`; what creating a session throws; what `work` throws
   */
  run<T>(call: CallOptions, work: (session: Session) => Promise<T>): Promise<T>;
  dispose(): void;
}

export interface RecoveryOptions {
  readonly create: (call: CallOptions) => Promise<Session>;
  /** Called once for each device that was lost, as soon as it is. */
  readonly onLost: (error: DeviceLostError) => void;
}

/** Creates the first session. @throws what `create` throws */
export async function createRecovery(
  { create, onLost }: RecoveryOptions,
  call: CallOptions,
): Promise<Recovery> {
  let session: Session | undefined;
  let losses: number[] = [];

  let hasEnded = false;

  const letGo = () => {
    const last = session;
    session = undefined;
    last?.dispose();
  };
  const start = async (options: CallOptions): Promise<Session> => {
    const made = await create(options);
    if (hasEnded) {
      made.dispose();
      throw disposedError();
    }
    session = made;
    void made.documents.gpu.lost.then((error) => {
      if (session !== made) return; // disposed on purpose
      letGo();
      noteLoss(error);
    });
    return made;
  };
  const noteLoss = (error: DeviceLostError) => {
    losses = [...losses, Date.now()].slice(-maxLosses);
    onLost(error);
  };
  const atHand = async (options: CallOptions): Promise<Session> => {
    if (hasEnded) throw disposedError(); // what was cancelled asks for no other device
    if (session !== undefined) {
      try {
        session.documents.gpu.check();
        return session;
      } catch {
        letGo(); // it failed without being lost, in an allocation for instance, and would go on failing
      }
    }
    refuseAfterRepeatedLoss();
    try {
      return await start(options);
    } catch (error) {
      if (error instanceof DeviceLostError) noteLoss(error);
      throw error;
    }
  };
  const refuseAfterRepeatedLoss = () => {
    const waitMs = (losses[0] ?? 0) + periodMs - Date.now();
    if (losses.length < maxLosses || waitMs <= 0) return;
    throw new DeviceLostError(
      `The GPU device was lost ${maxLosses} times within ${periodMs / 1000} seconds. Stored documents are whole as of ` +
        'their last chunk. Close other pages that use the GPU and try again in ' +
        `${Math.ceil(waitMs / 1000)} seconds.`,
      { losses: maxLosses, periodMs, waitMs },
    );
  };

  let latest = await start(call);
  return {
    get latest() {
      return latest;
    },
    get session() {
      return session;
    },
    run: async (options, work) => {
      const once = async () => {
        const used = await atHand(options);
        latest = used;
        try {
          return await work(used);
        } catch (error) {
          throw (await lossBehind(used.documents.gpu, error)) ?? error;
        }
      };
      try {
        return await once();
      } catch (error) {
        if (!(error instanceof DeviceLostError)) throw error;
        return once();
      }
    },
    dispose: () => {
      hasEnded = true;
      letGo();
    },
  };
}
