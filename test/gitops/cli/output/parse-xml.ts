// A strict reader of the XML that the tests expect: elements, attributes, text, the five entities and &#39;.

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const TOKEN = /<\?xml[^?]*\?>|<\/([\w-]+)>|<([\w-]+)((?: [\w-]+="[^"<]*")*)(\/?)>|[^<]+/y;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** The root element. Throws on anything that is not well formed, and on characters that XML cannot hold. */
export function parseXml(text: string): Element {
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text))
    throw new SyntaxError('a character that XML cannot hold');
  const top: Element = { name: '', attributes: {}, children: [], text: '' };
  const open: Element[] = [top];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new SyntaxError(`not well formed at ${text.slice(at, at + 40)}`);
    const [whole, closing, opening, attributes = '', empty] = match;
    const parent = open.at(-1) ?? top;
    if (closing !== undefined) {
      if (open.pop()?.name !== closing) throw new SyntaxError(`</${closing}> closes something else`);
    } else if (opening !== undefined) {
      const element: Element = {
        name: opening,
        attributes: parseAttributes(attributes),
        children: [],
        text: '',
      };
      parent.children.push(element);
      if (empty === '') open.push(element);
    } else if (!whole.startsWith('<?')) parent.text += decode(whole);
  }
  const [root, ...more] = top.children;
  if (root === undefined || more.length > 0 || open.length > 1) throw new SyntaxError('not one closed root');
  return root;
}

function parseAttributes(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([\w-]+)="([^"]*)"/g)];
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, decode(value)]));
}

function decode(text: string): string {
  return text.replace(/&([^;]*);?/g, (whole, name: string) => {
    const character = ENTITIES[name];
    if (character === undefined || !whole.endsWith(';')) throw new SyntaxError(`unknown entity ${whole}`);
    return character;
  });
}
