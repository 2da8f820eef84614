// The events in their order: a row each, in the column of their connection.

/** @typedef {{e?: Ev, fold?: Item, gap?: string}} Row */

const WINDOW = 400; // rows in the document

/** @type {Row[]} */
let rows = [];
/** @type {Map<number, HTMLElement>} the buttons by the numbers of the events */
const buttons = new Map();

const list = h('ol', {class: 'lanes', id: 'events', role: 'list', 'aria-label': 'Events in their order'});
const heads = h('div', {class: 'heads', 'aria-hidden': 'true'});
const modes = h('div');
const scales = h('div');
const search = /** @type {HTMLInputElement} */ (h('input', {type: 'search', placeholder: 'Search commands, answers, mail', 'aria-label': 'Search', oninput: () => {
  S.query = search.value.trim().toLowerCase();
  S.from = S.to = 0;
  render();
  say(plural(rows.length, 'event'));
}}));

/** The rows that there are to be shown. @returns {Row[]} */
function rowsNow() {
  if (S.query) return D.ev.filter(matches).map(e => ({e}));
  if (S.all) return between(1, D.ev.length);
  return D.story.flatMap(it => it.g ? [{gap: it.x}] : it.e ? [{e: ev(it.e)}] : S.opened.has(it.a || 0) ? between(it.a || 0, it.b || 0) : [{fold: it}]);
}

/** All events from one to another, and the gaps. @param {number} a @param {number} b @returns {Row[]} */
const between = (a, b) => D.ev.slice(a - 1, b).flatMap(e => e.gap ? [{gap: e.gap}, {e}] : [{e}]);

/** @type {WeakMap<Ev, string>} */
const hay = new WeakMap();

/** Whether an event has all words that are searched. @param {Ev} e */
function matches(e) {
  let text = hay.get(e);
  if (text == null) {
    const l = laneOf(e), m = e.m ? D.msgs[e.m - 1] : null;
    text = [l.name, l.who, e.name, e.args, e.res, e.note, e.warn, e.box, m && m.subj, ...(e.marks || []).map(m => m.x), ...(e.chips || []).map(c => c.x), ...(e.lines || []).map(x => x.x)].join('\n').toLowerCase();
    hay.set(e, text);
  }
  return S.query.split(/\s+/).every(w => /** @type {string} */ (text).includes(w));
}

/** Draws the list anew. */
function render() {
  rows = rowsNow();
  buttons.clear();
  const focused = list.contains(document.activeElement) && document.activeElement !== pane && !pane.contains(document.activeElement);
  list.textContent = '';
  if (!rows.length) list.append(h('li', {class: 'nothing'}, S.query ? 'Nothing matches “' + search.value + '”.' : 'Nothing has happened yet.'));
  const [from, to] = range();
  if (from > 0) list.append(moreRow('▴ ' + plural(from, 'row') + ' before', () => { S.from = Math.max(0, from - WINDOW); S.to = to; }));
  let before = '';
  for (let i = from; i < to; i++) {
    const r = rows[i];
    if (r.e) {
      list.append(rowOf(r.e, r.e.at === before ? '' : r.e.at));
      before = r.e.at;
    } else if (r.fold) list.append(foldRow(r.fold));
    else list.append(gapRow(r.gap || '', i));
  }
  if (to < rows.length) list.append(moreRow('▾ ' + plural(rows.length - to, 'row') + ' more', () => { S.from = from; S.to = Math.min(rows.length, to + WINDOW); }));
  if (!buttons.has(S.sel)) for (const b of buttons.values()) { b.tabIndex = 0; break; }
  if (focused) buttons.get(S.sel)?.focus({preventScroll: true});
  placePane();
}

/** The window of rows that are in the document. @returns {[number, number]} */
function range() {
  if (rows.length <= WINDOW) return [0, rows.length];
  if (S.to) return [S.from, Math.min(S.to, rows.length)];
  const at = Math.max(0, rows.findIndex(r => r.e && r.e.id >= S.sel));
  const from = Math.max(0, Math.min(at - WINDOW / 2, rows.length - WINDOW));
  return [from, from + WINDOW];
}

/** @param {string} text @param {() => void} more */
const moreRow = (text, more) => h('li', {class: 'fold'}, h('button', {type: 'button', onclick: () => { more(); render(); }}, text));

/** The lines of the connections that are open at a place in the order. @param {number} s */
function lifelines(s) {
  return D.lanes.map((l, i) => {
    if (l.kind === 'test' || s < l.s || l.e && s > l.e) return null;
    const cmd = lasting[i].find(e => e.s < s && s <= endOf(e));
    const held = cmd && holds.some(x => x.of === cmd.id && x.s <= s && s < endOf(x));
    return h('span', {class: 'life' + (cmd ? ' busy' : '') + (held ? ' held' : '') + (s === l.s ? ' bot' : '') + (s === l.e ? ' top' : ''), style: '--k:' + l.col, 'aria-hidden': 'true'});
  });
}

/** @param {Ev} e @param {string} time */
function rowOf(e, time) {
  const on = e.id === S.sel;
  const b = h('button', {type: 'button', class: ['ev', e.kind, e.kind === 'cmd' ? e.cls : '', byTest(e) && e.kind !== 'fail' ? 'test' : '', byTest(e) && e.kind !== 'fail' && e.cls === 'bad' ? 'bad' : '', e.hot ? 'hot' : '', on ? 'sel' : ''].join(' '),
    'aria-label': spoken(e), 'aria-current': on ? 'true' : null, tabindex: on ? '0' : '-1', onclick: () => select(e.id, {focus: true})},
  glyphOf(e), h('span', {class: 'c'}, h('b', {}, e.name), e.args ? ' ' + e.args : null));
  buttons.set(e.id, b);
  const notes = notesOf(e);
  return h('li', {class: 'row', style: '--i:' + laneOf(e).col}, lifelines(e.s), h('span', {class: 'time', 'aria-hidden': 'true'}, time), b,
    notes.length ? h('span', {class: 'after', 'aria-hidden': 'true'}, notes) : null);
}

/** What stands behind a box. @param {Ev} e @returns {Kid[]} */
function notesOf(e) {
  /** @type {Kid[]} */
  const out = [];
  if (e.note) out.push(h('span', {}, e.note));
  if (e.warn) out.push(h('span', {class: 'w' + (e.cls === 'bad' || e.cls === 'none' ? ' r' : '')}, e.warn));
  for (const m of e.marks || []) out.push(h('span', {class: m.k}, glyph(m.k), ' ' + m.x));
  const chips = e.chips || [];
  for (const c of chips.slice(0, 3)) out.push(h('span', {class: 'chip ' + c.c}, c.x));
  if (chips.length > 3) out.push(h('span', {class: 'chip'}, 'and ' + (chips.length - 3) + ' more'));
  return out;
}

/** An event for who cannot see it. @param {Ev} e */
function spoken(e) {
  const l = laneOf(e);
  return ['#' + e.id, l.name + (l.who ? ' of ' + l.who : ''), e.kind === 'fail' ? 'failure, ' + e.name : e.name, e.args, e.res, e.note, e.warn,
    ...(e.marks || []).map(m => m.x), ...(e.chips || []).slice(0, 3).map(c => c.x), e.took, e.hot ? 'about the message in question' : ''].filter(Boolean).join(', ');
}

/** @param {Item} it */
function foldRow(it) {
  const a = it.a || 0;
  return h('li', {class: 'fold' + (it.r ? ' same' : '')}, lifelines((ev(a) || D.ev[0]).s), h('button', {type: 'button', 'aria-label': 'Show ' + it.x, onclick: () => {
    S.opened.add(a);
    S.from = S.to = 0;
    render();
    buttons.get(a)?.focus();
  }}, (it.r ? '↻ ' : '⋯ ') + it.x));
}

/** @param {string} gap @param {number} i */
function gapRow(gap, i) {
  const next = rows[i + 1], e = next && (next.e || next.fold && ev(next.fold.a || 0)), s = e ? e.s - .5 : 0;
  const [, amount, virtual] = /^(.*?)( virtual)?$/.exec(gap) || ['', gap, ''];
  return h('li', {class: 'gap'}, s ? lifelines(s) : null, h('span', {class: 'label'}, h('b', {}, amount), virtual));
}

/** The heads of the columns. */
function drawHeads() {
  const n = D.cols.length, width = list.parentElement ? list.parentElement.clientWidth : 690;
  const step = n < 2 ? 0 : Math.max(16, Math.min(128, (width - 64 - 330) / (n - 1)));
  for (const x of [list, heads]) x.style.setProperty('--step', step.toFixed(0) + 'px');
  heads.replaceChildren(...D.cols.map((c, i) => h('div', {class: (c.kind === 'test' ? 'test' : '') + (i === n - 1 ? ' last' : ''), style: '--i:' + i, title: c.name + (c.who ? ', ' + c.who : '')},
    step < 70 ? c.name.replace(/^\S+ /, '') : c.name, c.who && (step >= 70 || i === n - 1) ? h('small', {}, c.who) : null)),
  h('div', {class: 'legend'}, D.cols.map(c => c.name).join('  ·  ')));
}

/** The switches above the list. */
function drawTools() {
  modes.replaceChildren(choice('Which events', [[false, 'Story ' + D.story.filter(it => it.e).length], [true, 'All ' + D.ev.length]], S.all, v => showAll(v)));
  scales.replaceChildren(choice('Scale of the overview', [['order', 'in order'], ['time', 'to scale']], S.scale, v => { S.scale = v; drawTools(); drawMap(); }));
}

/** @param {boolean} all */
function showAll(all) {
  S.all = all;
  S.from = S.to = 0;
  S.opened.clear();
  if (!all) unfold(S.sel);
  drawTools();
  render();
  buttons.get(S.sel)?.scrollIntoView({block: 'nearest'});
}

/** Opens the fold that an event is in. @param {number} n */
function unfold(n) {
  for (const it of D.story) if (it.a && it.a <= n && n <= (it.b || 0)) S.opened.add(it.a);
}
