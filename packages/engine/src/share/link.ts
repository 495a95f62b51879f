// A port between two tabs, over the channel that all tabs of the origin hear. A BroadcastChannel cannot hand ports over: those in a message
// stay where they are, and what is said through them goes the way of the messages.

/** What a link needs of a BroadcastChannel. */
export interface Bus {
  postMessage(message: unknown): void;
}

/** What goes over the channel between two links. */
export interface Envelope {
  readonly to: string;
  readonly from: string;
  /** Of the port with this number; else of the link itself. */
  readonly port?: string;
  readonly data: unknown;
}

/** In a message, where a port was. */
interface PortToken {
  readonly longreadPort: string;
}

export class Link extends EventTarget {
  readonly #bus: Bus;
  readonly #own: string;
  readonly #peer: string;
  readonly #ports = new Map<string, MessagePort>();
  #numPorts = 0;
  #hasEnded = false;

  /** @param own and @param peer names of the two sides, which nobody else has. */
  constructor(bus: Bus, own: string, peer: string) {
    super();
    this.#bus = bus;
    this.#own = own;
    this.#peer = peer;
  }

  postMessage(message: unknown, moved: readonly Transferable[] = []): void {
    const names = new Map<unknown, PortToken>();
    for (const port of moved) {
      if (!(port instanceof MessagePort)) continue; // else a copy goes
      const name = `${this.#own} ${this.#numPorts++}`;
      names.set(port, { longreadPort: name });
      this.#bridge(name, port);
    }
    this.#send(names.size === 0 ? message : replaced(message, (value) => names.get(value)));
  }

  /** Takes what came over the channel for this link. */
  receive({ port, data }: Envelope): void {
    if (this.#hasEnded) return;
    if (port !== undefined) {
      const found = this.#ports.get(port);
      found?.postMessage(data);
      if (found && isLast(data)) this.#close(port);
      return;
    }
    const message = replaced(data, (value) => {
      if (!isToken(value)) return undefined;
      const { port1, port2 } = new MessageChannel();
      this.#bridge(value.longreadPort, port1);
      return port2;
    });
    this.dispatchEvent(new MessageEvent('message', { data: message }));
  }

  terminate(): void {
    this.#hasEnded = true;
    for (const name of [...this.#ports.keys()]) this.#close(name);
  }

  #send(data: unknown, port?: string): void {
    if (this.#hasEnded) return;
    const envelope: Envelope = { to: this.#peer, from: this.#own, data, ...(port !== undefined && { port }) };
    this.#bus.postMessage(envelope);
  }

  #bridge(name: string, port: MessagePort): void {
    this.#ports.set(name, port);
    port.onmessage = ({ data }: MessageEvent<unknown>) => {
      this.#send(data, name);
      if (isLast(data)) this.#close(name);
    };
  }

  #close(name: string): void {
    this.#ports.get(name)?.close();
    this.#ports.delete(name);
  }
}

/** A copy with other values in some places: of the message, of its arguments, and of what those hold. Ports lie no deeper. */
function replaced(message: unknown, by: (value: unknown) => unknown, depth = 3): unknown {
  const other = by(message);
  if (other !== undefined) return other;
  if (depth === 0 || typeof message !== 'object' || message === null) return message;
  if (Array.isArray(message)) return message.map((value) => replaced(value, by, depth - 1));
  if (Object.getPrototypeOf(message) !== Object.prototype) return message; // a Blob, bytes
  return Object.fromEntries(
    Object.entries(message).map(([key, value]) => [key, replaced(value, by, depth - 1)]),
  );
}

/** What chunk-port.ts says last, on either side. */
function isLast(data: unknown): boolean {
  return typeof data === 'object' && data !== null && ['done', 'error', 'stop'].some((key) => key in data);
}

function isToken(value: unknown): value is PortToken {
  return typeof value === 'object' && value !== null && 'longreadPort' in value;
}
