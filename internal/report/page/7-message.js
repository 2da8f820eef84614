// A message as text, as HTML, its headers, structure and source.

/** @param {Place} p */
function message(p) {
  const m = D.msgs[p.m];
  if (!m) return h('section', {class: 'sec', 'aria-label': 'Message'}, h('p', {class: 'others'}, 'This message is not in the report.'));
  /** @type {[string, string, () => Kid, () => string][]} */
  const all = [
    ['text', 'Text', () => m.text && body('Text', m.text), () => m.text || ''],
    ['html', 'HTML', () => m.html && framed(m), () => m.html || ''],
    ['headers', 'Headers', () => m.hdr && h('dl', {class: 'hd all'}, m.hdr.map(x => pair(x[0], x[1]))), () => (m.hdr || []).map(x => x[0] + ': ' + x[1]).join('\n')],
    ['parts', 'Structure', () => m.parts && tree(m.parts), () => (m.parts || []).map(x => [x.p, x.t, x.n, x.e].filter(Boolean).join(' ')).join('\n')],
    ['source', 'Source', () => m.src && body('Source', m.src), () => m.src || ''],
  ];
  const tabs = all.filter(t => t[3]());
  const tab = tabs.find(t => t[0] === S.tab) || tabs[0];
  return section('Message', [
    h('h3', {}, m.subj || '(no subject)', ' ', h('small', {}, p.box ? boxName(p.acc, p.box) + ' UID ' + p.u : 'in no mailbox')),
    tab && copier('this', tab[3]),
    tab && choice('What to show of the message', tabs.map(t => [t[0], t[1]]), tab[0], v => { S.tab = v; S.chosen = true; keepScroll(drawPane); tell(); }),
  ],
  h('dl', {class: 'hd'}, m.from && pair('From', m.from), m.to && pair('To', m.to), m.date && pair('Date', m.date), m.size && pair('Size', m.size)),
  tab && tab[2](), m.cut && h('p', {class: 'hint'}, m.cut), !tab && !m.cut && h('p', {class: 'others'}, 'Its text is not in this report.'));
}

const BODY = 1 << 16; // characters of a text that are shown at first

/** A text, of which there may be megabytes in a line. @param {string} label @param {string} text */
const body = (label, text) => h('pre', {class: 'body', tabindex: '0', 'aria-label': label}, text.slice(0, BODY),
  text.length > BODY && later('… ' + plural(text.length - BODY, 'more character'), text.slice(BODY)));

/** @param {string} name @param {string} value */
const pair = (name, value) => h('div', {}, h('dt', {}, name), h('dd', {}, value));

/**
 * HTML that others wrote: the frame may do nothing at all, and its policy is the first
 * element of its document. Either would be enough.
 * @param {Message} m
 */
function framed(m) {
  const f = /** @type {HTMLIFrameElement} */ (h('iframe', {class: 'frame', sandbox: '', referrerpolicy: 'no-referrer', title: 'The HTML of “' + m.subj + '”, without scripts and without network'}));
  f.srcdoc = D.frame + m.html;
  return [f, h('p', {class: 'hint'}, 'Nothing is loaded: no scripts, no remote images, no links.')];
}

/** @param {Part[]} parts */
const tree = parts => h('ul', {class: 'tree', role: 'list'}, parts.map(p => h('li', {style: '--l:' + (p.l || 0)}, h('span', {class: 'p'}, p.p || '·'), h('span', {}, p.t, p.n ? h('small', {}, '  ' + p.n) : null), h('span', {class: 'z'}, p.e || ''))));

/** @param {Place} p @param {boolean} chosen */
function openMessage(p, chosen) {
  S.msg = p;
  S.chosen = chosen;
  keepScroll(drawPane);
  tell();
  pane.querySelector('[aria-label=Message]')?.scrollIntoView({block: 'nearest'});
  say('Message ' + (D.msgs[p.m] ? D.msgs[p.m].subj : ''));
}
