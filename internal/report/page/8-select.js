// What is selected, by mouse, by key and by link.

/**
 * @param {number} n @param {{focus?: boolean, quiet?: boolean, scroll?: boolean}} [o]
 */
function select(n, o = {}) {
  const e = ev(n);
  if (!e) return;
  const before = buttons.get(S.sel);
  S.sel = n;
  S.since = e.kind === 'fail';
  if (!S.chosen) S.msg = e.m ? placeOf(e.m - 1, endOf(e)) || {acc: '', box: '', u: 0, m: e.m - 1} : (D.focus || [])[0] || changed(e) || null;
  if (buttons.has(n)) {
    if (before) setSelected(before, false);
  } else {
    S.from = S.to = 0;
    if (S.query && !matches(e)) S.query = search.value = '';
    unfold(n);
    render();
  }
  const b = buttons.get(n);
  if (b) setSelected(b, true);
  placePane();
  drawPane();
  markBar(n);
  if (b && o.focus) b.focus({preventScroll: true});
  if (b && o.scroll !== false) reveal(b);
  if (!o.quiet) tell();
}

/** The first message that an event changed. @param {Ev} e @returns {Place | undefined} */
function changed(e) {
  const c = (changesOf.get(e.id) || []).find(c => c.u && c.op !== '-');
  return c && {acc: c.acc, box: c.box, u: c.u || 0, m: c.m || 0};
}

/** @param {HTMLElement} b @param {boolean} on */
function setSelected(b, on) {
  b.classList.toggle('sel', on);
  b.tabIndex = on ? 0 : -1;
  if (on) b.setAttribute('aria-current', 'true');
  else b.removeAttribute('aria-current');
}

/** Brings a row into sight, if it is not. @param {HTMLElement} b */
function reveal(b) {
  const r = b.getBoundingClientRect();
  if (r.top < 40 || r.bottom > innerHeight - 10) b.scrollIntoView({block: 'center'});
}

/** Puts a link to what is seen into the address. */
function tell() {
  let to = '#c' + S.sel;
  if (S.msg && S.chosen && S.msg.box) {
    const acc = S.msg.acc === D.test.account ? '' : S.msg.acc + ':';
    to += ',m=' + encodeURIComponent(acc + S.msg.box).replaceAll('%2F', '/').replaceAll('%3A', ':') + '/' + S.msg.u + (S.tab ? ',' + S.tab : '');
  }
  try {
    history.replaceState(null, '', to);
  } catch { /* where the page is shown in a frame, it may not */ }
}

/** Selects what the address says: "#c12", "#c12,m=INBOX/3,html", "#t=1.2". */
function follow() {
  const time = /^#t=([\d.]+)$/.exec(location.hash);
  if (time) {
    const e = D.ev.findLast(e => e.t <= Number(time[1]));
    if (e) select(e.id, {quiet: true});
    return !!e;
  }
  const to = /^#c(\d+)(?:,m=(.+?)\/(\d+)(?:,(text|html|headers|parts|source))?)?$/.exec(location.hash);
  if (!to || !ev(Number(to[1]))) return false;
  if (to[2]) {
    const [, acc, box] = /^(?:([^:]*):)?(.*)$/.exec(decoded(to[2])) || ['', '', ''];
    const k = keyOf(acc || D.test.account, box), u = Number(to[3]);
    const row = mailAt(Infinity).get(k)?.rows.get(u) || mailAt((ev(Number(to[1])) || D.ev[0]).s).get(k)?.rows.get(u) || mailAt(-1).get(k)?.rows.get(u);
    if (row) {
      S.msg = {acc: acc || D.test.account, box, u, m: row.m};
      S.chosen = true;
      S.tab = to[4] || '';
    }
  }
  select(Number(to[1]), {quiet: true});
  const shown = to[2] && pane.querySelector('[aria-label=Message]');
  if (shown instanceof HTMLElement) pane.scrollTop = shown.offsetTop - 80;
  return true;
}

/** @param {string} s */
function decoded(s) {
  try {
    return decodeURIComponent(s);
  } catch {
    return s;
  }
}

/** A link to an event selects it, and the keys go on from there. @param {MouseEvent} click */
function clicked(click) {
  const a = click.target instanceof Element && click.target.closest('a[href^="#c"]');
  if (!a || click.button || click.ctrlKey || click.metaKey || click.shiftKey) return;
  click.preventDefault();
  select(Number((a.getAttribute('href') || '').slice(2)), {focus: true});
}

/** The events that have a row. @returns {Ev[]} */
const inSight = () => rows.flatMap(r => r.e ? [r.e] : []);

/** @type {Record<string, (all: Ev[], at: number) => Ev | undefined>} where a key leads in the list */
const moves = {
  ArrowDown: (all, at) => all[at + 1],
  ArrowUp: (all, at) => all[at < 0 ? 0 : at - 1],
  ArrowRight: (all, at) => all.slice(at + 1).find(e => sameColumn(e)),
  ArrowLeft: (all, at) => all.slice(0, Math.max(at, 0)).findLast(e => sameColumn(e)),
  Home: all => all[0],
  End: all => all[all.length - 1],
};
moves.j = moves.ArrowDown;
moves.k = moves.ArrowUp;

/** @param {Ev} e */
function sameColumn(e) {
  const now = ev(S.sel);
  return !!now && laneOf(e).col === laneOf(now).col;
}

/** @param {KeyboardEvent} key */
function pressed(key) {
  if (key.altKey || key.ctrlKey || key.metaKey) return;
  const at = document.activeElement, typing = at instanceof HTMLInputElement;
  const inPane = !!at && pane.contains(at), inList = !at || at === document.body || at instanceof HTMLElement && at.classList.contains('ev');
  if (key.key === 'Escape') {
    if (typing && search.value) {
      search.value = S.query = '';
      render();
    }
    if (typing || inPane) buttons.get(S.sel)?.focus();
    return;
  }
  if (typing || inPane && key.key.length > 1) return;
  const move = moves[key.key];
  if (move && (inList || key.key.length === 1)) {
    const all = inSight(), to = move(all, all.findIndex(e => e.id === S.sel));
    if (to) select(to.id, {focus: true});
  } else if (key.key === 'Enter' && inList && at !== document.body) pane.querySelector('h2')?.focus();
  else if (key.key === 'f' && D.open) select(D.open, {focus: true});
  else if (key.key === 'a') {
    showAll(!S.all);
    buttons.get(S.sel)?.focus({preventScroll: true});
  } else if (key.key === '/') search.focus();
  else return;
  key.preventDefault();
}
