// What the analyser of custom elements cannot see by itself in this element: events that a map types, parts, slots and custom
// properties that stand in templates and styles. Members that are nobody's to use are left out.

/** @param {unknown} node @param {string} text */
const summaryOf = (node, text) => {
  const docs = /** @type {{ jsDoc?: { comment?: unknown }[] }} */ (node).jsDoc;
  const comment = docs?.at(-1)?.comment;
  return typeof comment === 'string' ? { description: comment } : text === '' ? {} : { description: text };
};

/** @param {string} source @param {RegExp} pattern */
const namesIn = (source, pattern) =>
  [...source.matchAll(pattern)].flatMap(([, names = '']) =>
    names.split(/\s+/).filter((name) => /^[\w-]+$/.test(name)),
  );

/** What was seen, in all modules together. */
const seen = { events: [], parts: new Set(), properties: new Set(), slots: new Set() };

const templates = {
  name: 'longread-templates',
  analyzePhase({ ts, node }) {
    if (ts.isSourceFile(node)) {
      const source = node.getFullText();
      for (const name of namesIn(source, /\spart="([^"]*)"/g)) seen.parts.add(name);
      for (const name of namesIn(source, /var\((--longread-[\w-]+)/g)) seen.properties.add(name);
      for (const name of namesIn(source, /<slot name="([\w-]+)"/g)) seen.slots.add(name);
    }
    if (ts.isInterfaceDeclaration(node) && node.name.text === 'LongReadEventMap') {
      for (const member of node.members) {
        if (!ts.isPropertySignature(member)) continue;
        const type = { text: `CustomEvent<${member.type?.getText() ?? 'unknown'}>` };
        seen.events.push({ name: member.name.text, type, ...summaryOf(member, '') });
      }
    }
  },
  packageLinkPhase({ customElementsManifest }) {
    const [declaration] = customElementsManifest.modules
      .flatMap(({ declarations }) => declarations)
      .filter(({ name }) => name === 'LongReadElement');
    const isPublic = ({ name, privacy }) =>
      privacy === 'public' || (privacy === undefined && !name.startsWith('#'));
    /** Where in this workspace it is declared is nothing to who uses it. */
    const own = (each) => ({ ...each, inheritedFrom: undefined });
    Object.assign(declaration, {
      customElement: true,
      tagName: 'long-read',
      superclass: { name: 'LitElement', package: 'lit' },
      members: (declaration.members ?? []).filter(isPublic).map(own),
      attributes: (declaration.attributes ?? [])
        .filter(({ fieldName }) =>
          (declaration.members ?? []).some((member) => member.name === fieldName && isPublic(member)),
        )
        .map(own),
      events: seen.events,
      slots: [...seen.slots].sort().map((name) => ({ name })),
      cssParts: [...seen.parts].sort().map((name) => ({ name })),
      cssProperties: [...seen.properties].sort().map((name) => ({ name })),
    });
    customElementsManifest.modules = [
      {
        kind: 'javascript-module',
        path: 'index.js',
        declarations: [declaration],
        exports: [
          {
            kind: 'js',
            name: 'LongReadElement',
            declaration: { name: 'LongReadElement', module: 'index.js' },
          },
          {
            kind: 'custom-element-definition',
            name: 'long-read',
            declaration: { name: 'LongReadElement', module: 'index.js' },
          },
        ],
      },
    ];
  },
};

export default { plugins: [templates], packagejson: false };
