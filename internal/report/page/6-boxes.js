// The mailboxes at an event, with what changed.

/** @typedef {{u: number, m: number, was?: {m: number, f: string}, is?: {m: number, f: string}, c: string}} Diff */

const SHOWN = 12; // rows of a mailbox at first

/** @param {Ev | undefined} e */
function mailboxes(e) {
  const mine = e ? changesOf.get(e.id) || [] : [];
  const failed = !e || e.kind === 'fail';
  const to = !e ? Infinity : failed ? e.s : mine.length ? mine[mine.length - 1].s : endOf(e);
  const from = S.since ? -1 : (mine.length ? mine[0].s : e ? e.s : Infinity) - 1;
  const others = e && !failed && !mine.length && D.changes.some(c => c.s > e.s && c.s <= to);
  const set = ((e && e.chips) || []).filter(c => c.c === 'set');
  const title = failed ? 'Mailboxes' : mine.length || set.length ? 'What it changed' : others ? 'Changed meanwhile, by others' : 'Mailboxes, unchanged by it';
  return section('Mailboxes', [h('h3', {}, title), choice('Marks show the difference', [[false, failed ? 'as they were' : 'by this event'], [true, 'since the start']], S.since, v => { S.since = v; keepScroll(drawPane); })],
    set.length ? h('p', {class: 'others'}, set.map(c => h('span', {class: 'chip set'}, c.x))) : null,
    boxes(mailAt(failed && !S.since ? to : from), mailAt(to), e));
}

/** Draws without moving what is seen. @param {() => void} draw */
function keepScroll(draw) {
  const top = pane.scrollTop;
  draw();
  pane.scrollTop = top;
}

/** @param {Map<string, BoxNow>} before @param {Map<string, BoxNow>} after @param {Ev | undefined} e @returns {Kid[]} */
function boxes(before, after, e) {
  /** @type {Kid[]} */
  const out = [];
  /** @type {BoxNow[]} */
  const same = [], empty = [];
  for (const [k, b] of after) {
    const diff = diffOf(before.get(k), b);
    const matters = diff.some(d => d.c || asked.has(d.m)) || !!e && b.name === e.box || !!S.msg && S.msg.acc === b.acc && S.msg.box === b.name;
    if (!diff.length) empty.push(b);
    else if (!matters && diff.length > 8) same.push(b);
    else out.push(boxTable(k, b, diff));
  }
  const gone = [...before].filter(([k]) => !after.has(k)).map(([, b]) => boxName(b.acc, b.name));
  /** @type {string[]} */
  const words = [];
  if (gone.length) words.push('Deleted: ' + gone.join(', '));
  if (same.length) words.push('Unchanged: ' + same.map(b => boxName(b.acc, b.name) + ' (' + b.rows.size + ')').join(', '));
  if (empty.length) words.push('Empty: ' + emptyNames(empty));
  if (words.length) out.push(h('p', {class: 'others'}, words.join(' · ')));
  return out;
}

/** @param {BoxNow[]} list */
function emptyNames(list) {
  const own = list.filter(b => b.acc === D.test.account).map(b => b.name), others = list.length - own.length;
  return own.join(', ') + (others ? (own.length ? ' and ' : '') + others + ' of other accounts' : '');
}

/** @param {BoxNow | undefined} was @param {BoxNow} is @returns {Diff[]} */
function diffOf(was, is) {
  const before = was ? was.rows : new Map();
  return [...new Set([...before.keys(), ...is.rows.keys()])].sort((a, b) => a - b).map(u => {
    const a = before.get(u), b = is.rows.get(u);
    return {u, m: (b || a).m, was: a, is: b, c: !a ? 'add' : !b ? 'del' : a.f !== b.f ? 'chg' : ''};
  });
}

/** The rows that are shown: what changed and what is in question, and of the rest the first. @param {string} k @param {Diff[]} diff */
function pick(k, diff) {
  const limit = S.rows[k] || SHOWN;
  if (diff.length <= limit) return diff;
  const first = diff.filter(d => asked.has(d.m));
  for (const d of diff) if (first.length < limit && d.c && !asked.has(d.m)) first.push(d);
  const room = limit > SHOWN ? limit : Math.max(first.length, 5);
  const chosen = new Set(first);
  for (const d of diff) if (chosen.size < room) chosen.add(d);
  return diff.filter(d => chosen.has(d));
}

/** @param {string} k @param {BoxNow} b @param {Diff[]} diff */
function boxTable(k, b, diff) {
  const shown = pick(k, diff), rest = diff.length - shown.length, name = boxName(b.acc, b.name);
  const body = h('tbody', {}, shown.map(d => mailRow(b, d)));
  if (rest) {
    const changed = diff.filter(d => d.c).length - shown.filter(d => d.c).length;
    body.append(h('tr', {class: 'rest'}, h('td', {colspan: '4'}, h('button', {type: 'button', onclick: () => { S.rows[k] = (S.rows[k] || SHOWN) + 200; keepScroll(drawPane); }},
      '… ' + rest + ' more, ' + (changed ? changed + ' of them changed' : 'none of them changed')))));
  }
  return h('div', {class: 'box'}, h('p', {}, name, h('small', {}, plural(b.rows.size, 'message'))), h('table', {class: 'mt'}, h('caption', {class: 'vh'}, name),
    h('thead', {class: 'vh'}, h('tr', {}, ['Change', 'UID', 'Subject', 'Flags'].map(t => h('th', {scope: 'col'}, t)))),
    h('colgroup', {}, h('col', {style: 'width:20px'}), h('col', {style: 'width:46px'}), h('col'), h('col', {style: 'width:38%'})), body));
}

/** @param {BoxNow} b @param {Diff} d */
function mailRow(b, d) {
  const current = S.msg && S.msg.m === d.m && S.msg.u === d.u && S.msg.box === b.name && S.msg.acc === b.acc;
  /** @type {Record<string, [string, string]>} */
  const words = {add: ['+', 'new'], del: ['−', 'gone'], chg: ['~', 'flags changed']};
  const [sign, word] = words[d.c] || ['', 'unchanged'];
  return h('tr', {class: [d.c, asked.has(d.m) ? 'q' : '', current ? 'cur' : ''].join(' ')},
    h('td', {class: 'k'}, sign, h('span', {class: 'vh'}, word)), h('td', {class: 'u'}, String(d.u)),
    h('td', {}, openButton(d.m, {acc: b.acc, box: b.name, u: d.u, m: d.m})), h('td', {class: 'f'}, flagWords(d)));
}

/** @param {Diff} d @returns {Kid[]} */
function flagWords(d) {
  const split = (/** @type {string | undefined} */ f) => (f || '').split(' ').filter(Boolean);
  const was = split(d.was && d.was.f), is = split(d.is && d.is.f);
  if (d.c !== 'chg') return [(d.is ? is : was).join(' ') || '–'];
  return [...was.filter(f => !is.includes(f)).map(f => h('del', {}, '−' + f)), ...is.map(f => was.includes(f) ? f : h('ins', {}, '+' + f))].flatMap(x => [x, ' ']);
}
