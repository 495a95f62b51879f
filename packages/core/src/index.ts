export * from './bytes.ts';
export * from './errors.ts';
export * from './error-data.ts';
export * from './model.ts';
export * from './document.ts';
export * from './tolerance.ts';
export * from './tuning.ts';
export * from './random.ts';
