import { describe, expect, it } from 'vitest';
import { typographieHtml } from '../../site/middleware.ts';

describe('typography of pages', () => {
  it('narrows spaces in sentences and leaves tags, attributes and code alone', () => {
    expect(typographieHtml('<p title="a : b">Oui : « 12 % » ?</p>')).toBe(
      '<p title="a : b">Oui\u202f: «\u202f12\u202f%\u202f»\u202f?</p>',
    );
    expect(typographieHtml('<code>a ? b : c</code><p>d ; e</p>')).toBe(
      '<code>a ? b : c</code><p>d\u202f; e</p>',
    );
  });
});
