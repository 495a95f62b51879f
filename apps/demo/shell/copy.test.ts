// The page's copy beside the element's: a translation gives both in one object.
import { copyOfElement } from '@longread/element/testing';
import { expect, test } from 'vitest';
import { shell } from './copy.ts';

test('no key of the page is one of the element', () => {
  expect(Object.keys(shell).filter((key) => Object.hasOwn(copyOfElement, key))).toEqual([]);
});
