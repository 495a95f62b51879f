// Public API of the evaluation generators and scorers. Pure and seeded: the same arguments give the same case on every machine.
export * from './needle.ts';
export * from './score.ts';
