// The pane: what the selected event said and changed, the mailboxes, the message.

const pane = h('section', {class: 'card pane', 'aria-label': 'The selected event'});

/** Draws the pane anew. */
function drawPane() {
  pane.textContent = '';
  const e = ev(S.sel);
  if (e) {
    pane.append(paneHead(e));
    if (e.fail && e.id !== D.open) pane.append(section('Failure', [h('h3', {}, 'As printed')], h('pre', {class: 'body', tabindex: 0}, e.fail.text)));
    if (e.lines && e.lines.length) pane.append(dialogue(e));
  }
  pane.append(mailboxes(e));
  if (D.sent) pane.append(...sentMail(e));
  if (S.msg) pane.append(message(S.msg));
  if (narrow.matches) return;
  pane.scrollTop = 0;
}

/** @param {string} label @param {Kid[]} head @param {...Kid} kids */
const section = (label, head, ...kids) => h('section', {class: 'sec', 'aria-label': label}, h('div', {class: 'hdr'}, head), kids);

/** @param {Ev} e */
function paneHead(e) {
  const failed = e.kind === 'fail';
  const meta = h('p', {class: 'meta'}, e.where);
  if (e.res && e.res !== 'OK') meta.append(h('b', {class: e.cls === 'no' ? 'w' : e.cls === 'ok' ? '' : 'r'}, e.warn || e.res));
  for (const m of e.marks || []) meta.append(h('b', {class: m.k}, glyph(m.k), ' ' + m.x, m.by ? [' ', link(m.by)] : null));
  const of = e.of && ev(e.of);
  if (of) meta.append(h('b', {}, 'about ', link(of.id), ' ' + of.name));
  return h('header', {}, h('h2', {class: failed ? 'words' : '', tabindex: '-1'},
    h('a', {href: '#c' + e.id, title: 'A link to this event'}, '#' + e.id), failed ? 'When it failed' : e.name + (e.args ? ' ' + e.args : '')), meta);
}

/** @param {number} n */
const link = n => h('button', {type: 'button', onclick: () => select(n, {focus: true})}, '#' + n);

/** @param {Ev} e */
function dialogue(e) {
  const text = () => (e.lines || []).map(l => (l.c ? 'C: ' : 'S: ') + l.x.replaceAll('\n\t', '\n   ')).join('\n') + '\n';
  const word = D.focus && e.hot ? new RegExp('(\\bUID ' + D.focus[0].u + '\\b)') : null;
  return section('Dialogue', [h('h3', {}, 'Dialogue'), copier('the dialogue', text)],
    h('ol', {class: 'wire', role: 'list'}, (e.lines || []).map(l => h('li', {class: l.c ? 'C' : 'S', title: l.t}, h('span', {class: 's', role: 'img', 'aria-label': l.c ? 'client' : 'server'}, l.c ? 'C' : 'S'), spoke(l.x, word)))));
}

const LONG = 260; // characters of a line that are shown at first

/** A line, with its literals on demand. @param {string} text @param {RegExp | null} word */
function spoke(text, word) {
  const [first, ...rest] = text.split('\n');
  const out = h('span');
  /** @param {string} s */
  const put = s => out.append(...s.split(word || /$^/).map((x, i) => i % 2 ? h('mark', {}, x) : x));
  if (first.length > LONG) {
    put(first.slice(0, LONG - 80) + ' ');
    out.append(later('… ' + plural(first.length - LONG + 80, 'more character'), first.slice(LONG - 80)));
  } else put(first);
  if (!rest.length) return out;
  const lines = rest.map(r => r.replace(/^\t/, ''));
  const literal = h('span', {class: 'lit'}, '\n');
  if (lines.length > 4) {
    const end = lines[lines.length - 1];
    literal.append(lines[0] + '  ', later('… ' + (lines.length - 1) + ' more lines', '\n' + lines.slice(1).join('\n')), end.length < 60 ? ' ' + end : '');
  } else literal.append(lines.join('\n'));
  out.append(literal);
  return out;
}

/** A button that becomes what it hides. @param {string} label @param {string} text */
const later = (label, text) => h('button', {type: 'button', onclick: (/** @type {Event} */ at) => /** @type {Element} */ (at.currentTarget).replaceWith(text)}, label);

/** Mail that was sent over SMTP up to an event. @param {Ev | undefined} e @returns {HTMLElement[]} */
function sentMail(e) {
  const sent = (D.sent || []).filter(s => !e || !s.c || s.c <= e.id || s.c === e.id);
  if (!sent.length || e && e.kind !== 'fail' && laneOf(e).kind === 'imap') return [];
  return [section('Sent over SMTP', [h('h3', {}, 'Sent over SMTP')], h('table', {class: 'mt sent'},
    h('thead', {class: 'vh'}, h('tr', {}, ['Event', 'Subject', 'From and to'].map(t => h('th', {scope: 'col'}, t)))),
    h('colgroup', {}, h('col', {style: 'width:46px'}), h('col'), h('col', {style: 'width:58%'})),
    h('tbody', {}, sent.slice(-50).map(s => h('tr', {class: asked.has(s.m) ? 'q' : ''},
      h('td', {class: 'u'}, s.c ? link(s.c) : ''), h('td', {}, openButton(s.m, placeOf(s.m, Infinity))),
      h('td', {class: 'f'}, s.from + ' → ' + s.to))))))];
}

/** A button that opens a message. @param {number} m @param {Place | null} at */
function openButton(m, at) {
  const subject = D.msgs[m] ? D.msgs[m].subj : '';
  return h('button', {type: 'button', title: subject, onclick: () => openMessage(at || {acc: '', box: '', u: 0, m}, true)}, subject || '(no subject)');
}

/** Puts the pane beside the list, or into it where there is no room. */
function placePane() {
  const row = narrow.matches && buttons.get(S.sel)?.parentElement;
  if (row) row.append(pane);
  else if (pane.parentElement !== app) app.append(pane);
}
