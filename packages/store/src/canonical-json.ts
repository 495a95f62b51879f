// The one JSON text of a value: keys sorted, no spaces. What is hashed must not depend on the order of keys.

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Canonical JSON of plain data; throws on what JSON cannot hold at the top. */
export function canonicalJson(value: object): string {
  return JSON.stringify(sortKeys(JSON.parse(JSON.stringify(value)) as Json));
}

function sortKeys(value: Json): Json {
  if (value === null || typeof value !== 'object') return value;
  if (isArray(value)) return value.map(sortKeys);
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sortKeys(value[name] ?? null)]));
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
