// Stored records as JSON: a typed array is {array: its class, base64: its bytes}.

const classes = { Uint8Array, Int8Array, Int16Array, Uint32Array, Float32Array, Float64Array };

/** Records by key, typed arrays and all. */
export function decodeRecords(json: object): Readonly<Record<string, unknown>> {
  return decode(json) as Record<string, unknown>;
}

function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== 'object' || value === null) return value;
  if ('array' in value && 'base64' in value) {
    const bytes = Uint8Array.from(atob(String(value.base64)), (char) => char.charCodeAt(0));
    return new classes[value.array as keyof typeof classes](bytes.buffer);
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decode(item)]));
}
